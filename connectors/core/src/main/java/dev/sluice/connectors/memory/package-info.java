/** Rows kept in memory, and shown to the user's other processes. */
@NullMarked
package dev.sluice.connectors.memory;

import org.jspecify.annotations.NullMarked;
