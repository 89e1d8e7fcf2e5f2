/**
 * {@code settings.stateStore: rocksdb}: state that is larger than the heap. What belongs here opens
 * the store and its folder on the local disk. What is durable stays in the checkpoint, in the files
 * of {@code operators.state}.
 */
@NullMarked
package dev.sluice.connectors.rocksdb;

import org.jspecify.annotations.NullMarked;
