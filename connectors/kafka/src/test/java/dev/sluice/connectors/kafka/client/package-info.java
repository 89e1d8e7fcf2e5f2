@NullMarked
package dev.sluice.connectors.kafka.client;

import org.jspecify.annotations.NullMarked;
