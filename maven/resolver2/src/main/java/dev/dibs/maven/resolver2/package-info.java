/** The lock factory for Maven 4 (and 3.10), that is, for version 2 of Maven's resolver. */
@NullMarked
package dev.dibs.maven.resolver2;

import org.jspecify.annotations.NullMarked;
