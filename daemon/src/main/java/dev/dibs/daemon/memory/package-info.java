/**
 * What the claims' processes have in use, how much memory is left, and what is done when none is.
 * Knows nothing of who puts it together.
 */
@NullMarked
package dev.dibs.daemon.memory;

import org.jspecify.annotations.NullMarked;
