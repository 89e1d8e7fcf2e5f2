package dev.sluice.connectors.rocksdb;

import dev.sluice.connectors.store.ConnectorLibraries;
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
    RocksDbOpener opener =
        ConnectorLibraries.load(RocksDbOpener.class, RocksDbStoreType.class, name());
    Path folder = WorkFolder.create(Path.of(System.getProperty("java.io.tmpdir")));
    try {
      return opener.open(folder);
    } catch (NoClassDefFoundError e) {
      WorkFolder.remove(folder);
      throw new IOException(
          "its library is missing; put the folder 'lib/rocksdb' of the distribution back", e);
    }
  }
}
