@NullMarked
package dev.dibs.testkit;

import org.jspecify.annotations.NullMarked;
