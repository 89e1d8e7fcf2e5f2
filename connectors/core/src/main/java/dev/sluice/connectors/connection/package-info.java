/**
 * Looking whether what a pipeline needs outside is there, before it runs. What belongs here is the
 * interface and what it answers. Each connector looks with its own client; threads and limits are
 * the runner's.
 */
@NullMarked
package dev.sluice.connectors.connection;

import org.jspecify.annotations.NullMarked;
