@NullMarked
package dev.dibs.core;

import org.jspecify.annotations.NullMarked;
