/** Rows listed in the pipeline itself, for trials and tests. */
@NullMarked
package dev.sluice.connectors.inline;

import org.jspecify.annotations.NullMarked;
