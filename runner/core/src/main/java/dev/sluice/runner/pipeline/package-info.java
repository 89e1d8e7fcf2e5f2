/**
 * The pipeline file: read, checked, bound, and made a plan. Each set of rules is a class: output
 * modes, event time, state, places. What belongs here reports mistakes with their place and touches
 * nothing outside, but for looking at connections, and for opening sources when a plan is made.
 */
@NullMarked
package dev.sluice.runner.pipeline;

import org.jspecify.annotations.NullMarked;
