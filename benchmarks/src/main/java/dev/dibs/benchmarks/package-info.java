/**
 * Ratios within one run, a control beside each number. {@code benchmarks/run} starts {@link
 * dev.dibs.benchmarks.Main}; nothing here is part of dibs.
 */
@NullMarked
package dev.dibs.benchmarks;

import org.jspecify.annotations.NullMarked;
