/** Rows kept in memory, for tests and notebooks. */
@NullMarked
package dev.sluice.connectors.memory;

import org.jspecify.annotations.NullMarked;
