/**
 * Rows listed in the pipeline itself, for trials and tests. A batch of the list is a batch of the
 * run. Values are read as JSON is, by {@code operators.codec}.
 */
@NullMarked
package dev.sluice.connectors.inline;

import org.jspecify.annotations.NullMarked;
