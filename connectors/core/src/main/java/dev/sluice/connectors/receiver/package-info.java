/**
 * Systems that send, and cannot send again: what they sent is kept in the checkpoint before they
 * are told that it came, and batches are made of what is kept.
 */
@NullMarked
package dev.sluice.connectors.receiver;

import org.jspecify.annotations.NullMarked;
