/** Commands as real processes. */
@NullMarked
package dev.dibs.cli;

import org.jspecify.annotations.NullMarked;
