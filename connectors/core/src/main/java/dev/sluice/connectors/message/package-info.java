/**
 * Rows in the values of messages: what systems of messages (Kafka, MQTT, ...) have in common. A
 * {@code MessageFormat} makes rows of values and values of rows. Topics, offsets and
 * acknowledgements belong to each system's module.
 */
@NullMarked
package dev.sluice.connectors.message;

import org.jspecify.annotations.NullMarked;
