/** The bridge between the pipeline file and an engine: all that a run needs, checked and bound. */
@NullMarked
package dev.sluice.runner.plan;

import org.jspecify.annotations.NullMarked;
