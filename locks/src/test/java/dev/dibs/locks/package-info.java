/** What locks promise, tried on each mechanism, with real processes and real deaths. */
@NullMarked
package dev.dibs.locks;

import org.jspecify.annotations.NullMarked;
