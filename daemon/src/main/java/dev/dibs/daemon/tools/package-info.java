/** The build tools of whoever asks, and the shims that stand in front of them. */
@NullMarked
package dev.dibs.daemon.tools;

import org.jspecify.annotations.NullMarked;
