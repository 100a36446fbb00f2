/**
 * What dibs promises, tried on the real thing: real make, ninja, cmake and cargo below the real
 * launcher and daemon.
 *
 * <p>Every test has a world of its own ({@link dev.dibs.systemtests.Dibs}): a directory, a pool, a
 * project folder. How many compilers run at once is counted by a wrapper ({@code tools/counted.c}),
 * and every count has a canary: the same build without dibs must exceed the pool.
 */
@NullMarked
package dev.dibs.systemtests;

import org.jspecify.annotations.NullMarked;
