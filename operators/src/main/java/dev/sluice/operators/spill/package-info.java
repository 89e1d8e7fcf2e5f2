/**
 * State of a partition beyond the heap: rows lie in a {@code LocalStore}, the heap holds those that
 * an epoch touches. A partition is one of two kinds: {@code Spillable} keeps a row for each key,
 * {@code SpillableGroups} all rows of a key together. What belongs here knows rows and keys, and
 * not what a stage does with them.
 */
@NullMarked
package dev.sluice.operators.spill;

import org.jspecify.annotations.NullMarked;
