/**
 * Flume agents: what the pipeline file may say. The server is in {@code client} and is loaded when
 * a pipeline listens to agents. Keeping what came belongs to {@code connectors.receiver}.
 */
@NullMarked
package dev.sluice.connectors.flume;

import org.jspecify.annotations.NullMarked;
