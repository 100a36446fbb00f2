/** How many slots a command makes use of: measured, reckoned, kept in a file. */
@NullMarked
package dev.dibs.daemon.learned;

import org.jspecify.annotations.NullMarked;
