/** Flume agents: what the pipeline file may say. The server is in {@code client}. */
@NullMarked
package dev.sluice.connectors.flume;

import org.jspecify.annotations.NullMarked;
