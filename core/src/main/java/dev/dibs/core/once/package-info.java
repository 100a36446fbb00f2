/**
 * Work that is done once for all who ask for it at the same time: who does it, who has its result.
 */
@NullMarked
package dev.dibs.core.once;

import org.jspecify.annotations.NullMarked;
