/**
 * The checkpoint on disk, in Spark's layout, and what a restart makes of it: logs, locks, recovery,
 * rewinds, and the comparison with the pipeline. What belongs here knows files and their forms. The
 * state of operators is written by {@code operators}, when batches run is up to {@code loop}.
 */
@NullMarked
package dev.sluice.runner.checkpoint;

import org.jspecify.annotations.NullMarked;
