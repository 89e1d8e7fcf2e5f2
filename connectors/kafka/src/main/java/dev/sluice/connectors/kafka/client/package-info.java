/**
 * What uses Kafka's client library: loaded, with the library, when a pipeline that reads or writes
 * topics is run. Fetchers, positions and the ids of topics are the source's; senders and
 * transactions are the sink's. What the pipeline file may say belongs to the package above.
 */
@NullMarked
package dev.sluice.connectors.kafka.client;

import org.jspecify.annotations.NullMarked;
