/** What a batch did, in the words of Spark's progress. */
@NullMarked
package dev.sluice.runner.progress;

import org.jspecify.annotations.NullMarked;
