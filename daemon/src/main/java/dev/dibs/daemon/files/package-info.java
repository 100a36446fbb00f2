/**
 * The coordinator as files: what each name means, what opening it does, and how long a caller
 * waits. Everything here is for the loop's thread only, and nothing here may touch the mounted
 * files themselves: their reader would wait for its own answer.
 *
 * <p>A {@link dev.dibs.daemon.files.Node} is what a name leads to, an {@link
 * dev.dibs.daemon.files.OpenFile} what a descriptor does, a {@link dev.dibs.daemon.files.Reply} the
 * answer that somebody waits for. The {@link dev.dibs.daemon.files.Dispatcher} connects them with
 * the kernel. What a node needs of the daemon it declares as an interface; the daemon implements
 * it.
 */
@NullMarked
package dev.dibs.daemon.files;

import org.jspecify.annotations.NullMarked;
