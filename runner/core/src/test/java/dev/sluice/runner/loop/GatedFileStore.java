package dev.sluice.runner.loop;

import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.testing.ForwardingFileStore;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Files in folders of one name are written only once the gate is open. */
final class GatedFileStore extends ForwardingFileStore {
  private final String folder;
  private final CountDownLatch gate;

  /** {@code folder} is a part of their locations, such as {@code /commits/}. */
  GatedFileStore(FileStore files, String folder, CountDownLatch gate) {
    super(files);
    this.folder = folder;
    this.gate = gate;
  }

  @Override
  public FileOutput create(String location) throws IOException {
    if (location.contains(folder)) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    return files.create(location);
  }
}
