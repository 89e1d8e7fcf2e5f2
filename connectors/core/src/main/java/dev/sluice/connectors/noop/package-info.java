/** Rows thrown away, for measuring everything else. */
@NullMarked
package dev.sluice.connectors.noop;

import org.jspecify.annotations.NullMarked;
