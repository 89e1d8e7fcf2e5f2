/** Kafka topics as source and sink. */
@NullMarked
package dev.sluice.connectors.kafka;

import org.jspecify.annotations.NullMarked;
