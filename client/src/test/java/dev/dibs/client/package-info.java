/** Tests of the client library that need no daemon. */
@NullMarked
package dev.dibs.client;

import org.jspecify.annotations.NullMarked;
