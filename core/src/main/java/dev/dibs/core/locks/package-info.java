/** Locks by name: who holds them, who waits, who is next. */
@NullMarked
package dev.dibs.core.locks;

import org.jspecify.annotations.NullMarked;
