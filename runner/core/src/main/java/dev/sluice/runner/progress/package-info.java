/**
 * What a batch did, in the words of Spark's progress. What belongs here collects times, counts and
 * metrics, and makes one record of them. Where it is shown belongs to the command.
 */
@NullMarked
package dev.sluice.runner.progress;

import org.jspecify.annotations.NullMarked;
