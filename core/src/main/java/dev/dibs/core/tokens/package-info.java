/** One run's jobserver as a file that knows who reads and writes: pure, like the core. */
@NullMarked
package dev.dibs.core.tokens;

import org.jspecify.annotations.NullMarked;
