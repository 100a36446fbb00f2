@NullMarked
package dev.dibs.daemon;

import org.jspecify.annotations.NullMarked;
