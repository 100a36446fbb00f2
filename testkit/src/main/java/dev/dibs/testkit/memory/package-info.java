/** Builds on a simulated machine whose memory runs out, under this policy or that. */
@NullMarked
package dev.dibs.testkit.memory;

import org.jspecify.annotations.NullMarked;
