/**
 * The socket's line mode (docs/protocol.md): each request and each answer is one line of flat JSON.
 * Used by both sides.
 */
@NullMarked
package dev.dibs.protocol.lines;

import org.jspecify.annotations.NullMarked;
