/**
 * Versioned keyed state on a file store: change logs, snapshots, checksums, and what operators
 * wrote them. The form of the files is fixed for ever. What belongs here knows columns, keys and
 * versions; what the rows mean is known by the stages in {@code operator}, which of them are in the
 * heap by {@code spill}.
 */
@NullMarked
package dev.sluice.operators.state;

import org.jspecify.annotations.NullMarked;
