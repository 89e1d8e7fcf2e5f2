package dev.sluice.operators.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is durable on return was synced with its bytes, its name, and the names of all folders above
 * it: nothing else outlives a power cut.
 */
@NullMarked
@Timeout(300)
class LocalDurabilityTest {
  @TempDir Path folder;
  private final Recorder recorder = new Recorder();
  private final FileStore store = new LocalFileStore(recorder);

  /** Knows what is on the disk itself: of a folder the names, of a file how many bytes. */
  private static final class Recorder implements LocalFileStore.Disk {
    private final Map<Path, Set<String>> names = new ConcurrentHashMap<>();
    private final Map<Object, Long> bytes = new ConcurrentHashMap<>();
    private final List<Path> folders = new ArrayList<>();
    private volatile boolean failing;

    @Override
    public void sync(FileChannel channel, Path file) throws IOException {
      fail();
      bytes.put(key(file), channel.size());
    }

    @Override
    public void sync(Path folder) throws IOException {
      fail();
      try (Stream<Path> children = Files.list(folder)) {
        Set<String> now =
            children.map(child -> child.getFileName().toString()).collect(Collectors.toSet());
        // Two at the same time: neither takes back what the other has found.
        names.merge(
            folder,
            now,
            (one, other) ->
                Stream.concat(one.stream(), other.stream()).collect(Collectors.toSet()));
      }
      synchronized (folders) {
        folders.add(folder);
      }
    }

    private void fail() throws IOException {
      if (failing) {
        throw new IOException("Input/output error");
      }
    }

    private static Object key(Path file) throws IOException {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    void requireDurable(Path file, Path root) throws IOException {
      assertThat(bytes).as(file.toString()).containsEntry(key(file), Files.size(file));
      requireNames(file, root);
    }

    void requireNames(Path file, Path root) {
      for (Path path = file; !path.equals(root); path = path.getParent()) {
        assertThat(names.getOrDefault(path.getParent(), Set.of()))
            .as("names on the disk of %s", path.getParent())
            .contains(path.getFileName().toString());
      }
    }
  }

  private void write(Path file) throws IOException {
    store.write(file.toString(), "text".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aFileWithTheFoldersMadeForIt() throws IOException {
    Path file = folder.resolve("a/b/c/file");
    write(file);
    recorder.requireDurable(file, folder);
  }

  @Test
  void aFileThatWasSealedFirst() throws IOException {
    Path file = folder.resolve("a/file");
    try (FileOutput out = store.create(file.toString())) {
      out.write(new byte[10], 0, 10);
      out.seal();
      assertThat(recorder.bytes).containsValue(10L);
      out.commit();
    }
    recorder.requireDurable(file, folder);
  }

  @Test
  void aFileInAFolderThatAnotherMadeJustBeforeItDied() throws IOException {
    Files.createDirectory(folder.resolve("a"));
    Path file = folder.resolve("a/b/file");
    write(file);
    recorder.requireDurable(file, folder);
  }

  @Test
  void filesInFoldersThatAreMadeAtTheSameTime() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> written = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        Path file = folder.resolve("a" + i / 8 + "/b/" + i);
        written.add(
            workers.submit(
                () -> {
                  try {
                    write(file);
                    recorder.requireDurable(file, folder);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }));
      }
      for (Future<?> one : written) {
        one.get();
      }
    } finally {
      workers.shutdownNow();
    }
  }

  @Test
  void foldersMadeForTheirOwnSake() throws IOException {
    store.makeFolder(folder.resolve("a/b").toString());
    recorder.requireNames(folder.resolve("a/b"), folder);
  }

  @Test
  void namesThatAnotherHasMadeOnceTheyAreSettled() throws IOException {
    Files.writeString(folder.resolve("file"), "x");
    store.settle(folder.toString());
    recorder.requireNames(folder.resolve("file"), folder);
    store.settle(folder.resolve("missing").toString());
  }

  @Test
  void aFolderThatIsThereCostsItsParentOneSync() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("a"));
    for (int i = 0; i < 5; i++) {
      write(inner.resolve("file" + i));
    }
    assertThat(recorder.folders).containsExactly(folder, inner, inner, inner, inner, inner);
  }

  @Test
  void whatCouldNotBeSyncedIsToldAndNotTakenForDone() throws IOException {
    write(folder.resolve("before"));
    Path file = folder.resolve("a/file");
    recorder.failing = true;
    assertThatThrownBy(() -> write(file)).hasMessage(folder + ": Input/output error");
    assertThat(store.status(file.toString())).isEmpty();
    recorder.failing = false;
    write(file);
    recorder.requireDurable(file, folder);
    recorder.failing = true;
    Path other = folder.resolve("a/other");
    assertThatThrownBy(() -> write(other)).hasMessage(other + ": Input/output error");
    assertThat(store.status(other.toString())).isEmpty();
  }
}
