package dev.sluice.operators.testing;

import dev.sluice.operators.io.FileStore;

class SimulatedFileStoreTest extends FileStoreContract {
  private final SimulatedFileStore store = new SimulatedFileStore();

  @Override
  protected FileStore store() {
    return store;
  }

  @Override
  protected String root() {
    return "/root";
  }

  @Override
  protected boolean hasFolders() {
    return false;
  }
}
