/**
 * What uses Avro's remote calls: the server that agents send to, with its threads and encryption.
 * Loaded, with the libraries, when a pipeline names Flume. An agent is told once its events are
 * kept, which {@code connectors.receiver} does.
 */
@NullMarked
package dev.sluice.connectors.flume.client;

import org.jspecify.annotations.NullMarked;
