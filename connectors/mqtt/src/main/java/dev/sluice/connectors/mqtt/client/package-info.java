/** The MQTT client. */
@NullMarked
package dev.sluice.connectors.mqtt.client;

import org.jspecify.annotations.NullMarked;
