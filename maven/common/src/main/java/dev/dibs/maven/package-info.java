/** What the lock factories for both versions of Maven's resolver have in common. */
@NullMarked
package dev.dibs.maven;

import org.jspecify.annotations.NullMarked;
