/** Kinesis data streams: what the pipeline file may say. The client is in {@code client}. */
@NullMarked
package dev.sluice.connectors.kinesis;

import org.jspecify.annotations.NullMarked;
