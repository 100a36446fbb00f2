/**
 * What is learned of commands: how many slots they make use of, what jobs need. Measured, reckoned,
 * kept in files.
 */
@NullMarked
package dev.dibs.daemon.learned;

import org.jspecify.annotations.NullMarked;
