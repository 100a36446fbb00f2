/** What {@code dibs status} says, for people and for programs. */
@NullMarked
package dev.dibs.daemon.status;

import org.jspecify.annotations.NullMarked;
