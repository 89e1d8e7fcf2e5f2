package dev.sluice.connectors.rocksdb;

import dev.sluice.operators.state.LocalStore;
import java.io.IOException;
import java.nio.file.Path;

/** What is loaded with the library of RocksDB, when a pipeline names it. */
public interface RocksDbOpener {
  /** An empty store in a folder, which goes with it. */
  LocalStore open(Path folder) throws IOException;
}
