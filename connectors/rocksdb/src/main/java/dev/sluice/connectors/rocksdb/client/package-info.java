/**
 * What needs the library of RocksDB: one store for each partition of state. Loaded when a pipeline
 * asks for it. Which rows are in it, and when, is decided in {@code operators.spill}.
 */
@NullMarked
package dev.sluice.connectors.rocksdb.client;

import org.jspecify.annotations.NullMarked;
