/**
 * The micro-batch loop, the continuous one, and the engine that starts them. They drive sources, a
 * dataflow, sinks and the checkpoint by their interfaces. No technology and no operator is known
 * here; a test looks at the imports.
 */
@NullMarked
package dev.sluice.runner.loop;

import org.jspecify.annotations.NullMarked;
