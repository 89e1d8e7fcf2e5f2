/** {@code settings.stateStore: rocksdb}: state that is larger than the heap. */
@NullMarked
package dev.sluice.connectors.rocksdb;

import org.jspecify.annotations.NullMarked;
