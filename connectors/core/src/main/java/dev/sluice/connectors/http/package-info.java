/**
 * Batches sent to a server over HTTP, by the JDK's client. What belongs here makes requests,
 * repeats them with the same key, and reads answers. The values in a request are encoded by {@code
 * operators.codec}.
 */
@NullMarked
package dev.sluice.connectors.http;

import org.jspecify.annotations.NullMarked;
