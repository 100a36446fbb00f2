@NullMarked
package dev.dibs.protocol.lines;

import org.jspecify.annotations.NullMarked;
