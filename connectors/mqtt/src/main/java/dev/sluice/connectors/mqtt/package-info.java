/**
 * MQTT: what the pipeline file may say. The client is in {@code client} and is loaded when a
 * pipeline reads from a broker. Keeping what came belongs to {@code connectors.receiver}.
 */
@NullMarked
package dev.sluice.connectors.mqtt;

import org.jspecify.annotations.NullMarked;
