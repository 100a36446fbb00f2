/** Locks by name: who asks for them, in whatever way, and what they are told. */
@NullMarked
package dev.dibs.daemon.locks;

import org.jspecify.annotations.NullMarked;
