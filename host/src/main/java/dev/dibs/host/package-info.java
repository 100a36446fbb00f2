@NullMarked
package dev.dibs.host;

import org.jspecify.annotations.NullMarked;
