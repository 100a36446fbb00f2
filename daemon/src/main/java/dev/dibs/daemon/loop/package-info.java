/** The one thread that owns the daemon's state, its timers and its log. */
@NullMarked
package dev.dibs.daemon.loop;

import org.jspecify.annotations.NullMarked;
