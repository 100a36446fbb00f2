/**
 * What jobs needed and will need: memory and time by job, learned from how they ended. Decides
 * nothing and keeps nothing beyond its own life: the daemon stores it.
 */
@NullMarked
package dev.dibs.core.history;

import org.jspecify.annotations.NullMarked;
