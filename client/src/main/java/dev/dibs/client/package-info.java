/**
 * Locks for Java programs. {@link dev.dibs.client.LocksFinder} is the way in; how to use what it
 * gives stands in {@link dev.dibs.locks.Locks}.
 */
@NullMarked
package dev.dibs.client;

import org.jspecify.annotations.NullMarked;
