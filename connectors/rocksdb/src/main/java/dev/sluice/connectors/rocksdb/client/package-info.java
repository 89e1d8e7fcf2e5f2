/** What needs the library of RocksDB. */
@NullMarked
package dev.sluice.connectors.rocksdb.client;

import org.jspecify.annotations.NullMarked;
