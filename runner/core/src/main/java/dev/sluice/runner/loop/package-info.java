/**
 * The micro-batch loop: it knows sources, a dataflow, sinks and the checkpoint, and no technology.
 */
@NullMarked
package dev.sluice.runner.loop;

import org.jspecify.annotations.NullMarked;
