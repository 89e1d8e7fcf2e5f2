/** Lines from a TCP connection, for trials. */
@NullMarked
package dev.sluice.connectors.socket;

import org.jspecify.annotations.NullMarked;
