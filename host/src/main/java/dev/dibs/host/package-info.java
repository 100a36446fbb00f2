/**
 * Linux behind small classes, one for each kernel facility, by foreign-function calls; no native
 * code of our own.
 *
 * <p>Everything rests on one foreign function, glibc's or musl's {@code syscall}, whose numbers are
 * in {@link dev.dibs.host.Syscall}: one function is one call shape, so the linker works once at
 * start, and no C structure's layout but the kernel's own matters. Memory for arguments belongs to
 * the calling thread and is allocated once ({@link dev.dibs.host.Scratch}).
 *
 * <p>Errors are {@link dev.dibs.host.OsException}s. What a program meets every day (nothing to read
 * now, a process that has gone) is a result, not an error. Nothing here blocks unless its
 * documentation says so, and nothing logs.
 */
@NullMarked
package dev.dibs.host;

import org.jspecify.annotations.NullMarked;
