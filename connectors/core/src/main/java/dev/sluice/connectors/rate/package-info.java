/** Rows by the clock or by the batch, for trials and load. */
@NullMarked
package dev.sluice.connectors.rate;

import org.jspecify.annotations.NullMarked;
