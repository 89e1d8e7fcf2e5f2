/**
 * Keys of rows as bytes, and the table that numbers them: a key gets a slot, and what a stage keeps
 * for the key lies in its own arrays at that slot. What belongs here knows keys and event times,
 * and neither stages nor where state is made durable.
 */
@NullMarked
package dev.sluice.operators.keyed;

import org.jspecify.annotations.NullMarked;
