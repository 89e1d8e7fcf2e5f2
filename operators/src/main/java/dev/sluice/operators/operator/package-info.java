/**
 * What runs a plan over batches: {@code DataflowPlanner} makes a stage or an operator of each node,
 * {@code EmbeddedDataflow} drives them epoch by epoch. A stateful stage is a family of files with
 * one beginning: {@code Aggregate...}, {@code Deduplicate...}, {@code Session...}, {@code
 * StreamJoin...}, {@code Fold...} ({@code TransformWithStateStage}): its plan is shared by all
 * workers, its partition holds the keys that hash to it, {@code KeyedState} makes them durable.
 * Tables of keys belong to {@code keyed}, rows beyond the heap to {@code spill}, rewrites of plans
 * to {@code optimizer}.
 */
@NullMarked
package dev.sluice.operators.operator;

import org.jspecify.annotations.NullMarked;
