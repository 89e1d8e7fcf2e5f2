/** Rows in the values of messages: what systems of messages (Kafka, MQTT, ...) have in common. */
@NullMarked
package dev.sluice.connectors.message;

import org.jspecify.annotations.NullMarked;
