package dev.sluice.connectors.rocksdb.client;

import dev.sluice.connectors.rocksdb.RocksDbOpener;
import dev.sluice.operators.state.LocalStore;
import java.io.IOException;
import java.nio.file.Path;

/** Opens stores. */
public final class RocksDbStores implements RocksDbOpener {
  @Override
  public LocalStore open(Path folder) throws IOException {
    return RocksDbStore.open(folder);
  }
}
