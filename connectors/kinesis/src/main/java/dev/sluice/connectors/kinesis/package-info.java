/**
 * Kinesis data streams: what the pipeline file may say. The client is in {@code client} and is
 * loaded when a pipeline names a stream. Values of records are decoded by {@code
 * connectors.message}.
 */
@NullMarked
package dev.sluice.connectors.kinesis;

import org.jspecify.annotations.NullMarked;
