/**
 * Lines from a TCP connection, for trials. What belongs here connects, cuts lines and connects
 * again. Keeping lines until a batch has them belongs to {@code receiver}.
 */
@NullMarked
package dev.sluice.connectors.socket;

import org.jspecify.annotations.NullMarked;
