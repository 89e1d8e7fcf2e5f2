package dev.sluice.operators.testing;

import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Another store, for tests that have one call of it wait, count or fail. */
public abstract class ForwardingFileStore implements FileStore {
  protected final FileStore files;

  protected ForwardingFileStore(FileStore files) {
    this.files = files;
  }

  @Override
  public String scheme() {
    return files.scheme();
  }

  @Override
  public List<FileStatus> list(String directory) throws IOException {
    return files.list(directory);
  }

  @Override
  public Optional<FileStatus> status(String location) throws IOException {
    return files.status(location);
  }

  @Override
  public FileInput open(String location) throws IOException {
    return files.open(location);
  }

  @Override
  public FileOutput create(String location) throws IOException {
    return files.create(location);
  }

  @Override
  public void delete(String location) throws IOException {
    files.delete(location);
  }

  @Override
  public void move(String from, String to) throws IOException {
    files.move(from, to);
  }

  @Override
  public void makeFolder(String directory) throws IOException {
    files.makeFolder(directory);
  }

  @Override
  public void settle(String directory) throws IOException {
    files.settle(directory);
  }

  @Override
  public String toUri(String location) {
    return files.toUri(location);
  }

  @Override
  public String fromUri(String uri) {
    return files.fromUri(uri);
  }
}
