/** Trying again what failed for a reason that passes: one policy for all connectors. */
@NullMarked
package dev.sluice.connectors.retry;

import org.jspecify.annotations.NullMarked;
