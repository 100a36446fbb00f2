/** Files in which a daemon remembers what a later one must know. */
@NullMarked
package dev.dibs.daemon.records;

import org.jspecify.annotations.NullMarked;
