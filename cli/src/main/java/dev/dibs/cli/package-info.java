/** What a person or the launcher starts that needs a JVM, and no daemon. */
@NullMarked
package dev.dibs.cli;

import org.jspecify.annotations.NullMarked;
