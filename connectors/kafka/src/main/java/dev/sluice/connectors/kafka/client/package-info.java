/**
 * What uses Kafka's client library: loaded, with the library, when a pipeline that reads or writes
 * topics is run.
 */
@NullMarked
package dev.sluice.connectors.kafka.client;

import org.jspecify.annotations.NullMarked;
