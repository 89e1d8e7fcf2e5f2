package dev.sluice.connectors.rocksdb.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.rocksdb.WorkFolder;
import dev.sluice.operators.state.LocalStore;
import dev.sluice.operators.state.LocalStoreType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class RocksDbStoreTest {
  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<String> scan(LocalStore store, String from, String to) throws IOException {
    List<String> entries = new ArrayList<>();
    try (LocalStore.Cursor cursor = store.scan(bytes(from), bytes(to))) {
      while (cursor.next()) {
        entries.add(text(cursor.key()) + "=" + text(cursor.value()));
      }
    }
    return entries;
  }

  @Test
  void givesWhatWasPutInTheOrderOfKeys() throws IOException {
    try (LocalStore store = RocksDbStore.open(folder.resolve("db"));
        LocalStore.Changes changes = store.change()) {
      changes.put(bytes("b"), bytes("2"));
      changes.put(bytes("a"), bytes("1"));
      changes.put(bytes("é"), bytes(""));
      assertThat(scan(store, "a", "z")).as("before it is applied").isEmpty();
      changes.apply();
      assertThat(scan(store, "a", "z")).containsExactly("a=1", "b=2");
      assertThat(scan(store, "b", "ü")).containsExactly("b=2", "é=");
      changes.put(bytes("c"), bytes("3"));
      changes.remove(bytes("a"));
      changes.apply();
      assertThat(store.get(List.of(bytes("c"), bytes("a"), bytes("é"))))
          .containsExactly(bytes("3"), null, bytes(""));
      changes.removeRange(bytes("b"), bytes("c"));
      changes.apply();
      assertThat(scan(store, "a", "z")).containsExactly("c=3");
    }
    assertThat(folder.resolve("db")).doesNotExist();
  }

  @Test
  void appendsToWhatIsThereAndToNothing() throws IOException {
    try (LocalStore store = RocksDbStore.open(folder.resolve("db"));
        LocalStore.Changes changes = store.change()) {
      changes.append(bytes("a"), bytes("1"));
      changes.append(bytes("a"), bytes("2"));
      changes.apply();
      changes.put(bytes("b"), bytes("x"));
      changes.append(bytes("b"), bytes("y"));
      changes.append(bytes("a"), bytes("3"));
      changes.apply();
      assertThat(store.get(List.of(bytes("a"), bytes("b"))))
          .containsExactly(bytes("123"), bytes("xy"));
      assertThat(scan(store, "a", "z")).containsExactly("a=123", "b=xy");
      changes.remove(bytes("a"));
      changes.append(bytes("a"), bytes("4"));
      changes.apply();
      assertThat(store.get(List.of(bytes("a")))).containsExactly(bytes("4"));
    }
  }

  @Test
  void scansByPrefix() throws IOException {
    byte[] last = {1, (byte) 0xFF};
    try (LocalStore store = RocksDbStore.open(folder.resolve("db"));
        LocalStore.Changes changes = store.change()) {
      for (byte[] key :
          List.of(new byte[] {1}, last, new byte[] {1, (byte) 0xFF, 0}, new byte[] {2})) {
        changes.put(key, new byte[0]);
      }
      changes.apply();
      try (LocalStore.Cursor cursor = store.scan(last)) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.key()).isEqualTo(last);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.key()).isEqualTo(new byte[] {1, (byte) 0xFF, 0});
        assertThat(cursor.next()).isFalse();
      }
    }
  }

  @Test
  void scansSeveralPrefixesOneAfterTheOther() throws IOException {
    try (LocalStore store = RocksDbStore.open(folder.resolve("db"));
        LocalStore.Changes changes = store.change()) {
      for (String key : List.of("a", "a1", "b", "b1", "b2", "c", "d1")) {
        changes.put(bytes(key), bytes("v" + key));
      }
      changes.apply();
      List<String> found = new ArrayList<>();
      List<byte[]> prefixes = List.of(bytes("0"), bytes("d"), bytes("b"), bytes("a1"), bytes("z"));
      try (LocalStore.Entries cursor = store.scan(prefixes)) {
        while (cursor.next()) {
          found.add(text(cursor.key()) + "=" + text(cursor.value()));
        }
      }
      assertThat(found).containsExactly("d1=vd1", "b=vb", "b1=vb1", "b2=vb2", "a1=va1");
    }
  }

  @Test
  void cursorSeesTheStoreAsItWas() throws IOException {
    try (LocalStore store = RocksDbStore.open(folder.resolve("db"));
        LocalStore.Changes changes = store.change()) {
      changes.put(bytes("a"), bytes("1"));
      changes.put(bytes("b"), bytes("1"));
      changes.apply();
      try (LocalStore.Cursor cursor = store.scan(bytes("a"), bytes("z"))) {
        assertThat(cursor.next()).isTrue();
        changes.put(bytes("b"), bytes("2"));
        changes.apply();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.value()).isEqualTo(bytes("1"));
        assertThat(cursor.next()).isFalse();
        assertThat(cursor.next()).as("behind the end").isFalse();
        assertThat(cursor.seek(bytes("aa"))).isTrue();
        assertThat(cursor.key()).isEqualTo(bytes("b"));
        assertThat(cursor.seek(bytes("c"))).isFalse();
        assertThat(cursor.next()).isFalse();
      }
    }
  }

  @Test
  void isFoundByItsName() throws IOException {
    try (LocalStore store = LocalStoreType.open("rocksdb")) {
      assertThat(store).isInstanceOf(RocksDbStore.class);
    }
  }

  @Test
  void removesFoldersOfProcessesThatAreNoMore() throws IOException {
    Path left = Files.createDirectories(folder.resolve("sluice-state-" + Integer.MAX_VALUE + "-1"));
    Files.writeString(left.resolve("000001.sst"), "x");
    Files.setLastModifiedTime(left, FileTime.from(Instant.EPOCH));
    // Of a process in another container, which has not locked it yet.
    Path fresh =
        Files.createDirectories(folder.resolve("sluice-state-" + Integer.MAX_VALUE + "-2"));
    Path alive =
        Files.createDirectories(
            folder.resolve("sluice-state-" + ProcessHandle.current().pid() + "-1"));
    Path other = Files.createDirectories(folder.resolve("sluice-state-of-mine"));
    Path made = WorkFolder.create(folder);
    assertThat(left).doesNotExist();
    assertThat(fresh).exists();
    assertThat(alive).exists();
    assertThat(other).exists();
    WorkFolder.remove(made);
    assertThat(made).doesNotExist();
  }

  /** The number of a process comes again: what it had locked is free then. */
  @Test
  void removesFoldersWhoseLockIsFreeAndKeepsThoseInUse() throws IOException {
    String prefix = "sluice-state-" + ProcessHandle.current().pid() + "-";
    Path left = locked(prefix + "1", Instant.EPOCH);
    Path young = locked(prefix + "2", Instant.now());
    Path held = locked("sluice-state-" + Integer.MAX_VALUE + "-3", Instant.EPOCH);
    try (FileChannel file = FileChannel.open(held.resolve("LOCK"), StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      assertThat(lock.isValid()).isTrue();
      WorkFolder.remove(WorkFolder.create(folder));
      assertThat(left).doesNotExist();
      assertThat(young).exists();
      assertThat(held).exists();
    }
    WorkFolder.remove(WorkFolder.create(folder));
    assertThat(held).doesNotExist();
  }

  @Test
  void locksItsFolder() throws IOException {
    Path made = WorkFolder.create(folder);
    try (LocalStore store = RocksDbStore.open(made)) {
      assertThat(store.heldBytes()).isPositive();
      assertThat(made.resolve("LOCK")).exists();
    }
  }

  private Path locked(String name, Instant modified) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name));
    Path lock = Files.createFile(made.resolve("LOCK"));
    Files.setLastModifiedTime(lock, FileTime.from(modified));
    return made;
  }
}
