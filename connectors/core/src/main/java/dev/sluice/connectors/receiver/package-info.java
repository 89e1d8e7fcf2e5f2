/**
 * Systems that send, and cannot send again: what they sent is kept in the checkpoint before they
 * are told that it came, and batches are made of what is kept. A connector brings a {@code
 * Receiver}, which takes in; log, offsets and limits are here. Who can be asked for the same rows
 * again is a plain source.
 */
@NullMarked
package dev.sluice.connectors.receiver;

import org.jspecify.annotations.NullMarked;
