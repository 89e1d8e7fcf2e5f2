/**
 * Rows by the clock or by the batch, for trials and load. A range of offsets gives the same rows
 * whenever it is read. No other source belongs here.
 */
@NullMarked
package dev.sluice.connectors.rate;

import org.jspecify.annotations.NullMarked;
