/** Looking whether what a pipeline needs outside is there, before it runs. */
@NullMarked
package dev.sluice.connectors.connection;

import org.jspecify.annotations.NullMarked;
