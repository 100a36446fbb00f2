/**
 * The kernel's file system protocol, as much of it as a file system of small live files needs:
 * requests come from {@code /dev/fuse} as records, replies go back as bytes, one {@code write}
 * each.
 *
 * <pre>{@code
 * FuseMount.clean(point);
 * FuseMount.mount(device, point);
 * FuseConnection connection = FuseConnection.over(device);
 * // whenever the descriptor is readable:
 * for (var request = connection.next(); request.isPresent(); request = connection.next()) {
 *   switch (request.get()) {
 *     case FuseRequest.Init init -> connection.initialized(init);
 *     case FuseRequest.Read read -> connection.data(read.header(), bytes);
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>The layouts are those of {@code linux/fuse.h}, protocol 7, in the machine's byte order; the
 * codec touches nothing but memory. One thread owns a connection, and it must never touch its own
 * mount: it would wait for itself.
 *
 * <p>Names and data are byte strings: Strings in ISO-8859-1, one char for each byte.
 */
@NullMarked
package dev.dibs.host.fuse;

import org.jspecify.annotations.NullMarked;
