/** MQTT: what the pipeline file may say. The client is in {@code client}. */
@NullMarked
package dev.sluice.connectors.mqtt;

import org.jspecify.annotations.NullMarked;
