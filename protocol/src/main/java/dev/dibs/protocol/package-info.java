@NullMarked
package dev.dibs.protocol;

import org.jspecify.annotations.NullMarked;
