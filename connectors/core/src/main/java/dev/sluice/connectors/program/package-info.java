/** Batches given to a program. */
@NullMarked
package dev.sluice.connectors.program;

import org.jspecify.annotations.NullMarked;
