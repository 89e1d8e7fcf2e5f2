/**
 * The command: one class for each verb, and how arguments are read and results are shown. {@code
 * Wiring} is the one place where engine, dataflow and connectors are put together. What belongs
 * here speaks to people and build servers; what a pipeline means or does belongs to {@code
 * runner/core}.
 */
@NullMarked
package dev.sluice.runner.cli;

import org.jspecify.annotations.NullMarked;
