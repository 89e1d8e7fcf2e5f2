/** The checkpoint on disk, in Spark's layout, and what a restart makes of it. */
@NullMarked
package dev.sluice.runner.checkpoint;

import org.jspecify.annotations.NullMarked;
