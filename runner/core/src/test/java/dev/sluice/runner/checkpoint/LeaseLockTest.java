package dev.sluice.runner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.CheckpointLockedException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseLockTest {
  private static final LeaseLock.Process HERE = LeaseLock.Process.CURRENT;
  private static final LeaseLock.Process ELSEWHERE =
      new LeaseLock.Process("another machine", "other", 42, 1);

  private final SimulatedFileStore files = new SimulatedFileStore();
  private final Time time = new Time();

  /** Time passes only where somebody waits for it, and may bring events with it. */
  private static final class Time implements Clock {
    private long now = 1_000_000;
    private Runnable onSleep = () -> {};

    @Override
    public long millis() {
      return now;
    }

    @Override
    public long nanos() {
      return now * 1_000_000;
    }

    @Override
    public void sleep(long millis) {
      now += millis;
      onSleep.run();
    }
  }

  private LeaseLock take(LeaseLock.Process process) throws IOException {
    return LeaseLock.take(files, "/cp", time, process);
  }

  private String text(int number) throws IOException {
    return new String(files.readAll("/cp/sluice/lock/" + number), UTF_8);
  }

  @Test
  void secondRunIsRefusedAtOnceOnTheSameMachine() throws IOException {
    long before = time.now;
    try (LeaseLock first = take(HERE)) {
      assertThatThrownBy(() -> take(HERE))
          .isInstanceOf(CheckpointLockedException.class)
          .hasMessageContaining("in use by another run (process " + HERE.pid());
      first.requireHeld();
    }
    assertThat(time.now).isEqualTo(before);
  }

  @Test
  void releasedLockIsTakenAtOnceAndNumbersGoOn() throws IOException {
    long before = time.now;
    for (int run = 1; run <= 3; run++) {
      take(run == 2 ? ELSEWHERE : HERE).close();
      assertThat(LeaseLock.locations(files, "/cp")).containsExactly("/cp/sluice/lock/" + run);
    }
    assertThat(time.now).isEqualTo(before);
  }

  @Test
  void deadHolderOnThisMachineBlocksNobody() throws IOException {
    long before = time.now;
    // No process has this number.
    take(new LeaseLock.Process(HERE.machine(), "here", Integer.MAX_VALUE, 1));
    take(HERE).close();
    assertThat(time.now).isEqualTo(before);
  }

  @Test
  void numberOfADeadProcessThatWasGivenAgainBlocksNobody() throws IOException {
    take(new LeaseLock.Process(HERE.machine(), "here", HERE.pid(), HERE.started() - 1));
    try (LeaseLock own = take(HERE)) {
      assertThatCode(own::requireHeld).doesNotThrowAnyException();
    }
  }

  @Test
  void silentHolderElsewhereIsWaitedForAndSucceeded() throws IOException {
    LeaseLock dead = take(ELSEWHERE);
    long before = time.now;
    try (LeaseLock next = take(HERE)) {
      assertThat(time.now - before).isBetween(24_000L, 25_000L);
      next.requireHeld();
      time.now += 60_000;
      assertThatThrownBy(dead::requireHeld).isInstanceOf(CheckpointLockedException.class);
    }
  }

  @Test
  void holderElsewhereThatCountsOnIsRespected() throws IOException {
    LeaseLock alive = take(ELSEWHERE);
    long before = time.now;
    AtomicInteger sleeps = new AtomicInteger();
    time.onSleep =
        () -> {
          if (sleeps.incrementAndGet() == 7) {
            renewed(alive);
          }
        };
    assertThatThrownBy(() -> take(HERE)).isInstanceOf(CheckpointLockedException.class);
    assertThat(time.now - before).isLessThan(5_000);
  }

  /** What its thread does every few seconds. */
  private void renewed(LeaseLock lock) {
    try {
      time.now += 12_000;
      lock.requireHeld();
      time.now -= 12_000;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void holderThatWasAwayAndNotSucceededGoesOn() throws IOException {
    try (LeaseLock lock = take(HERE)) {
      time.now += 3_600_000;
      lock.requireHeld();
      assertThat(text(1)).contains("\"count\":1");
    }
    assertThat(text(1)).contains("\"released\":true");
  }

  @Test
  void lateHolderDoesNotTouchItsSuccessor() throws IOException {
    LeaseLock late = take(ELSEWHERE);
    try (LeaseLock next = take(HERE)) {
      late.close();
      time.now += 60_000;
      next.requireHeld();
      assertThatThrownBy(() -> take(HERE)).isInstanceOf(CheckpointLockedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"pid\":1}", "{\"holding\":7}"})
  void tornLockFileIsWaitedForAndSucceeded(String torn) throws IOException {
    files.write("/cp/sluice/lock/7", torn.getBytes(UTF_8));
    take(HERE).close();
    assertThat(LeaseLock.locations(files, "/cp")).containsExactly("/cp/sluice/lock/8");
  }

  @Test
  void ofTwoThatTakeTheSameNumberOneIsRefused() {
    var racing =
        new SimulatedFileStore() {
          @Override
          public synchronized List<FileStatus> list(String directory) {
            List<FileStatus> found = super.list(directory);
            if (locations().isEmpty()) {
              // Between the look and the taking.
              try {
                write("/cp/sluice/lock/1", "{\"pid\":42,\"host\":\"other\"}".getBytes(UTF_8));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
            return found;
          }
        };
    assertThatThrownBy(() -> LeaseLock.take(racing, "/cp", time, HERE))
        .isInstanceOf(CheckpointLockedException.class)
        .hasMessageContaining("(process 42 on other)");
  }

  @Test
  void storageWithoutCreateIfAbsentIsRefused() {
    var careless =
        new SimulatedFileStore() {
          @Override
          public FileOutput create(String location) {
            delete(location);
            return super.create(location);
          }
        };
    assertThatThrownBy(() -> LeaseLock.take(careless, "/cp", time, HERE))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("If-None-Match");
  }
}
