/**
 * Trying again what failed for a reason that passes: one policy for all connectors. What belongs
 * here knows waits, limits and counts. Which failures pass is known by each connector alone.
 */
@NullMarked
package dev.sluice.connectors.retry;

import org.jspecify.annotations.NullMarked;
