/**
 * The MQTT client, for both versions of the protocol: connections, encryption, acknowledgements. A
 * message is acknowledged once it is kept. What the pipeline file may say belongs to the package
 * above, keeping messages to {@code connectors.receiver}.
 */
@NullMarked
package dev.sluice.connectors.mqtt.client;

import org.jspecify.annotations.NullMarked;
