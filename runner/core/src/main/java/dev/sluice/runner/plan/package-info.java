/**
 * The bridge between the pipeline file and an engine: all that a run needs, checked and bound. What
 * belongs here is data and interfaces that both sides know. How a plan is made belongs to {@code
 * pipeline}, how it runs to {@code loop}.
 */
@NullMarked
package dev.sluice.runner.plan;

import org.jspecify.annotations.NullMarked;
