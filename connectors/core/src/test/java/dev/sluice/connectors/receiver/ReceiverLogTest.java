package dev.sluice.connectors.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.testing.FaultyFileStore;
import dev.sluice.operators.testing.FaultyFileStore.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What came is there again after a restart, whole, in order, once. */
@Timeout(300)
class ReceiverLogTest {
  @TempDir Path folder;

  private ReceiverLog open() throws IOException {
    return ReceiverLog.open(new LocalFileStore(), folder.toString());
  }

  private static List<Received> records(int from, int to) {
    List<Received> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      records.add(new Received(i, new byte[] {(byte) i}, ("m" + i).getBytes(UTF_8)));
    }
    return records;
  }

  private static List<Long> read(ReceiverLog log, long from, long to) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (ReceiverLog.Piece piece : log.pieces(from, to)) {
      for (Received record : log.read(piece)) {
        assertThat(record.payload()).isEqualTo(("m" + record.micros()).getBytes(UTF_8));
        assertThat(record.attributes()).containsExactly((byte) record.micros());
        numbers.add(record.micros());
      }
    }
    return numbers;
  }

  @Test
  void anyRangeIsReadAcrossFilesAndRestarts() throws IOException {
    ReceiverLog log = open();
    log.append(records(0, 3));
    log.append(records(3, 4));
    log.append(records(4, 9));
    for (ReceiverLog each : List.of(log, open())) {
      assertThat(each.end()).isEqualTo(9);
      for (int from = 0; from <= 9; from++) {
        for (int to = from; to <= 9; to++) {
          assertThat(read(each, from, to))
              .isEqualTo(Stream.iterate((long) from, n -> n + 1).limit(to - from).toList());
        }
      }
    }
  }

  @Test
  void countingGoesOnAfterEverythingIsForgotten() throws IOException {
    ReceiverLog log = open();
    log.append(records(0, 3));
    log.append(records(3, 5));
    log.forgetBelow(5);
    assertThat(folder.toFile().list()).hasSize(1);
    ReceiverLog again = open();
    assertThat(again.end()).isEqualTo(5);
    again.append(records(5, 6));
    assertThat(read(again, 5, 6)).containsExactly(5L);
    assertThatThrownBy(() -> again.pieces(0, 6))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("record 0 was received");
  }

  @Test
  void whatCouldNotBeDeletedIsTriedAgain() throws IOException {
    // Of the operations after four that write.
    FileStore failing = new FaultyFileStore(new LocalFileStore(), Fault.DISK_FULL, 5);
    ReceiverLog log = ReceiverLog.open(failing, folder.toString());
    for (int i = 0; i < 4; i++) {
      log.append(records(i, i + 1));
    }
    assertThatThrownBy(() -> log.forgetBelow(3)).isInstanceOf(IOException.class);
    assertThat(folder.toFile().list())
        .as("one that stays keeps no other")
        .containsExactlyInAnyOrder("00000000000000000000", "00000000000000000003");

    log.forgetBelow(3);

    assertThat(folder.toFile().list()).containsExactly("00000000000000000003");
    assertThat(read(log, 3, 4)).containsExactly(3L);
  }

  @Test
  void aCheckpointThatKnowsMoreSaysWhereToGoOn() throws IOException {
    ReceiverLog log = open();
    log.startAt(7);
    log.append(records(7, 8));
    assertThat(open().end()).isEqualTo(8);
  }

  @Test
  void damageIsToldAtEveryByte() throws IOException {
    ReceiverLog log = open();
    log.append(records(0, 2));
    Path file = folder.resolve("00000000000000000000");
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x10;
      Files.write(file, flipped);
      assertThatThrownBy(this::open)
          .as("byte %s", i)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(file.toString());
      Files.write(file, Arrays.copyOf(whole, i));
      assertThatThrownBy(this::open).as("cut at %s", i).isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void sendersAreToldInOrderAndOnlyOfWhatIsKept() throws Exception {
    ReceiverLog log = open();
    List<Long> told = new ArrayList<>();
    AtomicInteger wrong = new AtomicInteger();
    try (Keeper keeper = new Keeper(log, "test")) {
      keeper.start();
      for (Received record : records(0, 100)) {
        keeper.accept(
            record,
            () -> {
              if (log.end() <= record.micros()) {
                wrong.incrementAndGet();
              }
              synchronized (told) {
                told.add(record.micros());
              }
            });
      }
      while (!keeper.isIdle()) {
        Wait.aMoment();
      }
    }
    assertThat(wrong).hasValue(0);
    assertThat(told).hasSize(100).isSorted();
    assertThat(read(open(), 0, 100)).hasSize(100);
  }

  @Test
  void whatCameTogetherIsKeptInOneFile() throws Exception {
    ReceiverLog log = open();
    List<Received> together = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      together.add(new Received(i, new byte[0], new byte[1 << 20]));
    }
    AtomicInteger told = new AtomicInteger();
    try (Keeper keeper = new Keeper(log, "test")) {
      keeper.accept(together, told::incrementAndGet);
      keeper.accept(records(9, 10).get(0), told::incrementAndGet);
      keeper.start();
    }
    assertThat(told).hasValue(2);
    try (Stream<Path> kept = Files.list(folder)) {
      assertThat(kept.filter(file -> file.getFileName().toString().startsWith("0"))).hasSize(2);
    }
  }

  @Test
  void whatWasTakenIsToldBeforeItIsClosed() throws Exception {
    ReceiverLog log = open();
    AtomicInteger told = new AtomicInteger();
    Keeper keeper = new Keeper(log, "test");
    keeper.start();
    for (Received record : records(0, 100)) {
      keeper.accept(record, told::incrementAndGet);
    }
    // Also for one who is asked to hurry.
    Thread.currentThread().interrupt();
    keeper.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(told).hasValue(100);
    assertThat(read(open(), 0, 100)).hasSize(100);
    assertThatThrownBy(() -> keeper.accept(records(100, 101).get(0), told::incrementAndGet))
        .isInstanceOf(InterruptedException.class);
    keeper.close();
    assertThat(told).hasValue(100);
  }
}
