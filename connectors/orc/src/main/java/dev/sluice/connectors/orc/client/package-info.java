/** What works with the ORC library; loaded when the first ORC file is read or written. */
@NullMarked
package dev.sluice.connectors.orc.client;

import org.jspecify.annotations.NullMarked;
