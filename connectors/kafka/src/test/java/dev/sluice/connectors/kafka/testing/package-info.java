/** A broker for tests. */
@NullMarked
package dev.sluice.connectors.kafka.testing;

import org.jspecify.annotations.NullMarked;
