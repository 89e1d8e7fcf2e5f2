package dev.sluice.operators.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreTest {
  private final FileStore store = new LocalFileStore();

  @TempDir Path folder;

  @Test
  void findsNothingBelowAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "x");
    assertThat(store.status(file + "/b")).isEmpty();
    assertThat(store.list(file + "/b")).isEmpty();
  }

  @Test
  void fileExistsOnlyAfterCommit() throws IOException {
    String location = folder.resolve("a/b/file").toString();
    FileOutput out = store.create(location);
    out.write("text".getBytes(UTF_8), 0, 4);
    assertThat(store.status(location)).isEmpty();
    assertThat(store.list(folder.resolve("a/b").toString())).isEmpty();
    out.commit();
    out.close();
    assertThat(store.readAll(location)).isEqualTo("text".getBytes(UTF_8));
  }

  @Test
  void abandonedFileLeavesNothing() throws IOException {
    try (FileOutput out = store.create(folder.resolve("file").toString())) {
      out.write(new byte[10], 0, 10);
    }
    try (var children = Files.list(folder)) {
      assertThat(children).isEmpty();
    }
  }

  @Test
  void neverReplacesAFile() throws IOException {
    String location = folder.resolve("file").toString();
    store.write(location, "one".getBytes(UTF_8));
    assertThatThrownBy(() -> store.write(location, "two".getBytes(UTF_8)))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(store.readAll(location)).isEqualTo("one".getBytes(UTF_8));
    try (var children = Files.list(folder)) {
      assertThat(children).hasSize(1);
    }
  }

  @Test
  void urisAreThoseOfSparksLogs() {
    String location = "/data/in/a b%ü.csv";
    assertThat(store.toUri(location)).isEqualTo("file:///data/in/a%20b%25ü.csv");
    assertThat(store.fromUri(store.toUri(location))).isEqualTo(location);
  }

  @Test
  void listsNothingWhereThereIsNoDirectory() throws IOException {
    assertThat(store.list(folder.resolve("missing").toString())).isEmpty();
  }
}
