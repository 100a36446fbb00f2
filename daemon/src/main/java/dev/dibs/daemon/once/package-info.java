/**
 * What work done once is known by, where it lies, and what is left of it when its runner is killed.
 */
@NullMarked
package dev.dibs.daemon.once;

import org.jspecify.annotations.NullMarked;
