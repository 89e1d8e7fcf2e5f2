package dev.sluice.connectors.store;

import dev.sluice.operators.io.FileStore;

/** The connection to one kind of storage, shared by all its locations. Thread-safe. */
public interface FileStoreClient extends AutoCloseable {
  /** The store for locations of that scheme, which is one of its type's. */
  FileStore store(String scheme);

  /** Lets connections go. The stores must not be used any more. */
  @Override
  void close();
}
