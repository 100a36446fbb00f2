/** The lock factory for Maven 3.9, that is, for version 1.9 of Maven's resolver. */
@NullMarked
package dev.dibs.maven.resolver1;

import org.jspecify.annotations.NullMarked;
