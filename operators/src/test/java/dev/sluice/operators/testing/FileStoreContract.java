package dev.sluice.operators.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What every {@link FileStore} must do; a new one is done when this passes. */
@NullMarked
public abstract class FileStoreContract {
  /** The store under test. */
  protected abstract FileStore store();

  /** The same storage through another client, where one has clients. */
  protected FileStore other() {
    return store();
  }

  /** A folder that no other test uses. */
  protected abstract String root();

  /** How large a file must be to take the way of large files. */
  protected int largeBytes() {
    return 3 << 20;
  }

  /** How many children make a listing long. */
  protected int manyFiles() {
    return 30;
  }

  /** Whether a folder is there of itself, and not only through what lies in it. */
  protected boolean hasFolders() {
    return true;
  }

  private String at(String name) {
    return root() + "/" + name;
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private void write(String name, String text) throws IOException {
    store().write(at(name), text.getBytes(UTF_8));
  }

  private String read(String name) throws IOException {
    return new String(store().readAll(at(name)), UTF_8);
  }

  @Test
  void askingWhetherFilesCanBeMadeLeavesNothing() throws IOException {
    write("there/file", "text");
    store().requireWritable(at("there"));
    store().requireWritable(at("not/there/yet"));
    assertThat(store().list(at("there"))).hasSize(1);
    assertThat(store().status(at("not"))).isEmpty();
    if (hasFolders()) {
      assertThatThrownBy(() -> store().requireWritable(at("there/file/below")))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void askingWhetherFilesAreMadeOnlyOnceLeavesNothing() throws IOException {
    write("once/file", "text");
    store().requireExclusive(at("once"));
    store().requireExclusive(at("never"));
    assertThat(store().list(at("once"))).hasSize(1);
    assertThat(store().status(at("never"))).isEmpty();
  }

  @Test
  void fileIsThereOnlyAfterItsCommit() throws IOException {
    try (FileOutput out = store().create(at("a/b/file"))) {
      out.write("xtexty".getBytes(UTF_8), 1, 4);
      assertThat(out.position()).isEqualTo(4);
      assertThat(store().status(at("a/b/file"))).isEmpty();
      out.seal();
      assertThat(store().status(at("a/b/file"))).isEmpty();
      assertThat(store().list(at("a/b"))).isEmpty();
      out.commit();
    }
    assertThat(read("a/b/file")).isEqualTo("text");
  }

  @Test
  void whatAStoreTellsOfACommittedFileIsWhatItSaysWhenAsked() throws IOException {
    for (int size : new int[] {0, 100, largeBytes()}) {
      String name = at("told" + size);
      try (FileOutput out = store().create(name)) {
        out.write(bytes(size, 1), 0, size);
        assertThat(out.committed()).isEmpty();
        out.commit();
        FileStatus asked = store().status(name).orElseThrow();
        assertThat(asked.length()).isEqualTo(size);
        FileStatus told = out.committed().orElse(asked);
        assertThat(told.location()).isEqualTo(asked.location());
        assertThat(told.length()).isEqualTo(asked.length());
        assertThat(told.directory()).isFalse();
        assertThat(told.modifiedMillis())
            .as("as far as clocks in headers tell it")
            .isCloseTo(asked.modifiedMillis(), within(2000L));
      }
    }
  }

  @Test
  void abandonedFileLeavesNothing() throws IOException {
    for (int size : new int[] {0, 100, largeBytes()}) {
      try (FileOutput out = store().create(at("gone"))) {
        out.write(bytes(size, 1), 0, size);
      }
      try (FileOutput out = store().create(at("gone"))) {
        out.write(bytes(size, 1), 0, size);
        out.seal();
      }
    }
    assertThat(store().list(root())).isEmpty();
    assertThat(store().status(at("gone"))).isEmpty();
  }

  @Test
  void neverReplacesAFile() throws IOException {
    write("file", "one");
    assertThatThrownBy(() -> write("file", "two")).isInstanceOf(FileAlreadyExistsException.class);
    int large = largeBytes();
    assertThatThrownBy(() -> store().write(at("file"), bytes(large, 2)))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read("file")).isEqualTo("one");
    assertThat(store().list(root())).hasSize(1);
  }

  @Test
  void oneOfTwoRacingWritersWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 6; round++) {
        String name = "race" + round;
        int size = round % 3 == 2 ? largeBytes() : 10;
        CyclicBarrier together = new CyclicBarrier(2);
        List<Future<Boolean>> writers = new ArrayList<>();
        for (int writer = 0; writer < 2; writer++) {
          byte[] bytes = bytes(size, writer);
          FileStore through = writer == 0 ? store() : other();
          writers.add(threads.submit(() -> wins(through, name, bytes, together)));
        }
        boolean first = writers.get(0).get();
        boolean second = writers.get(1).get();
        assertThat(first).as("exactly one wins").isNotEqualTo(second);
        assertThat(store().readAll(at(name))).isEqualTo(bytes(size, first ? 0 : 1));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean wins(FileStore through, String name, byte[] bytes, CyclicBarrier together)
      throws Exception {
    try (FileOutput out = through.create(at(name))) {
      out.write(bytes, 0, bytes.length);
      out.seal();
      together.await();
      out.commit();
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Test
  void readsWhatWasWrittenAtAnyPosition() throws IOException {
    for (int size : new int[] {0, 1, 1000, largeBytes() + 17}) {
      byte[] written = bytes(size, size);
      String location = at("bytes" + size);
      try (FileOutput out = store().create(location)) {
        Random random = new Random(size);
        for (int done = 0; done < size; ) {
          int count = Math.min(size - done, 1 + random.nextInt(100_000));
          out.write(written, done, count);
          done += count;
        }
        out.commit();
      }
      assertThat(store().readAll(location)).isEqualTo(written);
      try (FileInput in = store().open(location)) {
        assertThat(in.length()).isEqualTo(size);
        assertThat(in.read(size, new byte[5], 0, 5)).isEqualTo(-1);
        Random random = new Random(7);
        for (int i = 0; i < 40 && size > 0; i++) {
          int from = random.nextInt(size);
          // Now and then on from the last, now and then near the end, where footers are.
          int start = i % 4 == 3 ? Math.max(0, size - 1 - random.nextInt(100)) : from;
          int count = Math.min(size - start, 1 + random.nextInt(i % 2 == 0 ? 50 : 300_000));
          byte[] read = new byte[count + 2];
          in.readFully(start, read, 1, count);
          assertThat(Arrays.copyOfRange(read, 1, count + 1))
              .isEqualTo(Arrays.copyOfRange(written, start, start + count));
        }
      }
    }
  }

  @Test
  void readsInOrderToTheEnd() throws IOException {
    byte[] written = bytes(largeBytes() * 2 + 5, 3);
    store().write(at("long"), written);
    byte[] read = new byte[written.length];
    try (FileInput in = store().open(at("long"))) {
      int done = 0;
      for (int n = in.read(0, read, 0, 65536); n > 0; ) {
        done += n;
        n = in.read(done, read, done, Math.min(65536, read.length - done));
        if (done == read.length) {
          break;
        }
      }
      assertThat(done).isEqualTo(read.length);
    }
    assertThat(read).isEqualTo(written);
  }

  @Test
  void listsChildrenOnly() throws IOException {
    write("list/a", "1");
    write("list/b c%é", "22");
    write("list/folder/deep/x", "333");
    write("listed", "4");
    List<FileStatus> found = store().list(at("list"));
    assertThat(found)
        .extracting(FileStatus::name)
        .containsExactlyInAnyOrder("a", "b c%é", "folder");
    for (FileStatus child : found) {
      assertThat(child.location()).isEqualTo(at("list/" + child.name()));
      assertThat(child.directory()).isEqualTo(child.name().equals("folder"));
      if (!child.directory()) {
        FileStatus status = store().status(child.location()).orElseThrow();
        assertThat(status).isEqualTo(child);
        assertThat(store().readAll(child.location())).hasSize((int) child.length());
      }
    }
    assertThat(store().list(at("nothing"))).isEmpty();
    assertThat(store().list(at("list/a"))).isEmpty();
  }

  /** Makes so many files in a folder, in whatever way is quick. */
  protected void fill(String folder, int files) throws IOException {
    for (int i = 0; i < files; i++) {
      store().write(folder + "/f" + i, new byte[1]);
    }
  }

  @Test
  void listsMoreThanOnePage() throws IOException {
    fill(at("many"), manyFiles());
    assertThat(store().list(at("many"))).hasSize(manyFiles());
  }

  @Test
  void tellsFilesFromFoldersFromNothing() throws IOException {
    write("status/file", "12345");
    FileStatus file = store().status(at("status/file")).orElseThrow();
    assertThat(file.directory()).isFalse();
    assertThat(file.length()).isEqualTo(5);
    assertThat(file.location()).isEqualTo(at("status/file"));
    assertThat(store().status(at("status")).orElseThrow().directory()).isTrue();
    assertThat(store().status(at("status/fil"))).isEmpty();
    assertThat(store().status(at("nothing"))).isEmpty();
    assertThatThrownBy(() -> store().open(at("nothing"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> store().readAll(at("nothing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void deletesAndMayBeWrittenAgain() throws IOException {
    write("d/file", "one");
    store().delete(at("d/file"));
    assertThat(store().status(at("d/file"))).isEmpty();
    store().delete(at("d/file"));
    store().delete(at("never/there"));
    write("d/file", "two");
    assertThat(read("d/file")).isEqualTo("two");
  }

  @Test
  void deletesAnEmptyFolderOnly() throws IOException {
    write("e/file", "one");
    if (hasFolders()) {
      assertThatThrownBy(() -> store().delete(at("e"))).isInstanceOf(IOException.class);
    } else {
      store().delete(at("e"));
    }
    assertThat(read("e/file")).isEqualTo("one");
    store().delete(at("e/file"));
    store().delete(at("e"));
    assertThat(store().status(at("e"))).isEmpty();
  }

  @Test
  void movesButNeverOntoAFile() throws IOException {
    write("m/from", "text");
    write("m/empty", "");
    store().move(at("m/from"), at("archive/2026/to"));
    store().move(at("m/empty"), at("archive/empty"));
    assertThat(read("archive/2026/to")).isEqualTo("text");
    assertThat(read("archive/empty")).isEmpty();
    assertThat(store().status(at("m/from"))).isEmpty();
    write("m/from", "other");
    assertThatThrownBy(() -> store().move(at("m/from"), at("archive/2026/to")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read("m/from")).isEqualTo("other");
    assertThat(read("archive/2026/to")).isEqualTo("text");
  }

  @Test
  void writesLooselyOverWhatIsThere() throws IOException {
    store().writeLoosely(at("loose"), "a long text".getBytes(UTF_8));
    store().writeLoosely(at("loose"), "short".getBytes(UTF_8));
    assertThat(read("loose")).isEqualTo("short");
  }

  @Test
  void urisLeadBack() throws IOException {
    for (String name : List.of("plain", "a b", "50%", "é#?[x]", "c=a%2Fb", "plus+amp&", "日本")) {
      String location = at("uri/" + name);
      String uri = store().toUri(location);
      assertThat(uri).doesNotContain(" ").startsWith(store().scheme() + "://");
      assertThat(store().fromUri(uri)).isEqualTo(location);
      write("uri/" + name, name);
      assertThat(store().readAll(store().fromUri(uri))).isEqualTo(name.getBytes(UTF_8));
    }
  }
}
