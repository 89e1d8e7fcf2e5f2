/**
 * Rows kept in memory, and shown to the user's other processes through a socket. What belongs here
 * keeps tables and serves them. Queries over them belong to the runner.
 */
@NullMarked
package dev.sluice.connectors.memory;

import org.jspecify.annotations.NullMarked;
