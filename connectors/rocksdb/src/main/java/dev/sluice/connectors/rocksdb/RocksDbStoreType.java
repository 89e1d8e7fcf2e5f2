package dev.sluice.connectors.rocksdb;

import dev.sluice.operators.state.LocalStore;
import dev.sluice.operators.state.LocalStoreType;
import java.io.IOException;
import java.nio.file.Path;

/** The store {@code rocksdb}. */
public final class RocksDbStoreType implements LocalStoreType {
  @Override
  public String name() {
    return "rocksdb";
  }

  @Override
  public LocalStore open() throws IOException {
    return RocksDbStore.open(WorkFolder.create(Path.of(System.getProperty("java.io.tmpdir"))));
  }
}
