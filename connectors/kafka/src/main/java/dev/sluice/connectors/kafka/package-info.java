/**
 * Kafka topics as source and sink: options, positions, the columns of a record. What belongs here
 * needs no library, so that files are checked without one. All that talks to brokers is in {@code
 * client}.
 */
@NullMarked
package dev.sluice.connectors.kafka;

import org.jspecify.annotations.NullMarked;
