package dev.sluice.operators.io;

import dev.sluice.operators.testing.FileStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreContractTest extends FileStoreContract {
  @TempDir Path folder;

  @Override
  protected FileStore store() {
    return new LocalFileStore();
  }

  @Override
  protected String root() {
    return folder.toString();
  }
}
