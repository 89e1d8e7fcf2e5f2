/** What uses Avro's remote calls: loaded, with the libraries, when a pipeline names Flume. */
@NullMarked
package dev.sluice.connectors.flume.client;

import org.jspecify.annotations.NullMarked;
