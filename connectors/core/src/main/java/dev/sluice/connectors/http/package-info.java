/** Batches sent to a server over HTTP. */
@NullMarked
package dev.sluice.connectors.http;

import org.jspecify.annotations.NullMarked;
