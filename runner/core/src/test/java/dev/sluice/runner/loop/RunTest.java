package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.CheckpointLockedException;
import dev.sluice.runner.plan.CheckpointMismatchException;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class RunTest {
  @TempDir Path folder;

  /** Splits that tests drive; always one batch more. */
  static class EndlessSource implements Source {
    final Batch batch = LoopHarness.batches(1).get(0);

    @Override
    public Schema schema() {
      return LoopHarness.SCHEMA;
    }

    @Override
    public String description() {
      return "Endless";
    }

    @Override
    public Offset initialOffset() {
      return new Offset("0");
    }

    @Override
    public Offset latestOffset(Offset from, ReadLimit limit) {
      return new Offset(Long.toString(Long.parseLong(from.json()) + 1));
    }

    @Override
    public List<Split> splits(Offset from, Offset to) {
      return List.of(this::open);
    }

    BatchReader open(ScanRequest request) {
      List<Batch> left = new ArrayList<>(List.of(batch));
      return () -> left.isEmpty() ? null : left.remove(0);
    }
  }

  @Test
  void secondRunOnACheckpointFailsAtOnceAndAfterwardsMayRun() throws Exception {
    LoopHarness first = new LoopHarness(folder.toString());
    first.source = new EndlessSource();
    first.trigger = new Trigger.Default();
    LoopHarness second = new LoopHarness(folder.toString());
    second.source = new EndlessSource();
    second.trigger = new Trigger.Once();
    LocalFileStore files = new LocalFileStore();
    try (Run run = first.start(files)) {
      assertThatThrownBy(() -> second.start(files))
          .isInstanceOf(CheckpointLockedException.class)
          .hasMessageContaining("in use by another run")
          .hasMessageContaining(first.root);
      run.stop(Duration.ofSeconds(120));
    }
    assertThat(second.run(files)).isNull();
  }

  @Test
  void lockFileOfADeadProcessBlocksNobody() throws Exception {
    LoopHarness harness = new LoopHarness(folder.toString());
    Files.createDirectories(Path.of(harness.root));
    Files.writeString(Path.of(harness.root, ".lock"), "999999");
    assertThat(harness.run(new LocalFileStore())).isNull();
  }

  /** As a receiver says what ended its thread. */
  @Test
  void memoryThatRanOutInASourcesThreadIsToldWithWhatToDo() {
    LoopHarness harness = new LoopHarness(folder.toString());
    harness.source =
        new EndlessSource() {
          @Override
          public Offset latestOffset(Offset from, ReadLimit limit) {
            OutOfMemoryError cause = new OutOfMemoryError("Java heap space");
            throw new PipelineException("receiver-failed", "what came cannot be kept", cause);
          }
        };
    assertThat(harness.run(new LocalFileStore()))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("SLUICE_HEAP")
        .hasMessageContaining("maxOffsetsPerTrigger");
  }

  @Test
  void stopFinishesTheBatchUnderWayWithinTheGrace() throws Exception {
    SimulatedFileStore files = new SimulatedFileStore();
    LoopHarness harness = new LoopHarness("/stop");
    harness.source = new EndlessSource();
    harness.trigger = new Trigger.Default();
    CountDownLatch inBatch = new CountDownLatch(1);
    CountDownLatch stopping = new CountDownLatch(1);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_OFFSETS && epoch == 3) {
            inBatch.countDown();
            await(stopping);
          }
        };
    try (Run run = harness.start(files)) {
      inBatch.await();
      Thread stopper = new Thread(() -> stop(run, Duration.ofSeconds(120)));
      stopper.start();
      while (stopper.getState() != Thread.State.TIMED_WAITING) {
        Wait.aMoment();
      }
      stopping.countDown();
      stopper.join();
      run.await();
    }
    assertThat(files.locations())
        .contains("/stop/checkpoint/commits/3")
        .doesNotContain("/stop/checkpoint/offsets/4");
  }

  @Test
  void stopWithoutGraceGivesTheBatchUpToBeRunAgain() throws Exception {
    SimulatedFileStore files = new SimulatedFileStore();
    CountDownLatch reading = new CountDownLatch(1);
    LoopHarness harness = new LoopHarness("/stop");
    harness.trigger = new Trigger.Default();
    harness.parallelism = 2;
    harness.source =
        new EndlessSource() {
          @Override
          BatchReader open(ScanRequest request) {
            reading.countDown();
            return () -> batch;
          }
        };
    try (Run run = harness.start(files)) {
      reading.await();
      run.stop(Duration.ZERO);
      run.await();
    }
    assertThat(files.locations())
        .contains("/stop/checkpoint/offsets/0")
        .doesNotContain("/stop/checkpoint/commits/0", "/stop/out/0");
    LoopHarness again = new LoopHarness("/stop");
    again.trigger = new Trigger.Once();
    again.source = new EndlessSource();
    assertThat(again.run(files)).isNull();
    assertThat(files.locations()).contains("/stop/checkpoint/commits/0", "/stop/out/0");
  }

  @Test
  void aCallThatNoInterruptReachesKeepsNobodyWhoWaits() throws Exception {
    SimulatedFileStore files = new SimulatedFileStore();
    CountDownLatch inBatch = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    LoopHarness harness = new LoopHarness("/stop");
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_STATE_COMMIT) {
            inBatch.countDown();
            awaitWhateverComes(goesOn);
          }
        };
    try (Run run = harness.start(files)) {
      inBatch.await();
      assertThat(run.stop(Duration.ZERO)).isFalse();
      run.await();
      assertThat(run.await(Duration.ZERO)).isTrue();
    }
    goesOn.countDown();
  }

  private static void awaitWhateverComes(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // As a driver does that reads from a socket.
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stop(Run run, Duration grace) {
    try {
      run.stop(grace);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void failingSplitNamesItsSourceAndCommitsNothing() {
    SimulatedFileStore files = new SimulatedFileStore();
    LoopHarness harness = new LoopHarness("/fail");
    harness.parallelism = 3;
    harness.trigger = new Trigger.Once();
    harness.source =
        new EndlessSource() {
          @Override
          public List<Split> splits(Offset from, Offset to) {
            Split broken =
                request -> {
                  return () -> {
                    throw new IOException("connection reset");
                  };
                };
            return List.of(this::open, this::open, broken, this::open);
          }
        };
    assertThat(harness.run(files))
        .isInstanceOf(PipelineException.class)
        .hasMessage("source 'in': it cannot be read: connection reset");
    assertThat(files.locations()).doesNotContain("/fail/checkpoint/commits/0", "/fail/out/0");
  }

  @Test
  void outOfMemorySaysWhatHelps() {
    LoopHarness harness = new LoopHarness("/memory");
    harness.trigger = new Trigger.Once();
    harness.source =
        new EndlessSource() {
          @Override
          BatchReader open(ScanRequest request) {
            throw new OutOfMemoryError("Java heap space");
          }
        };
    assertThat(harness.run(new SimulatedFileStore()))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("more memory")
        .hasMessageContaining("maxFilesPerTrigger");
  }

  @Test
  void workersTogetherGiveTheRowsOfOne() {
    SimulatedFileStore one = new SimulatedFileStore();
    SimulatedFileStore four = new SimulatedFileStore();
    LoopHarness single = new LoopHarness("/w");
    LoopHarness several = new LoopHarness("/w");
    single.trigger = new Trigger.Once();
    several.trigger = new Trigger.Once();
    several.parallelism = 4;
    single.source = InlineSource.of(LoopHarness.SCHEMA, LoopHarness.batches(50));
    several.source = InlineSource.of(LoopHarness.SCHEMA, LoopHarness.batches(50));
    assertThat(single.run(one)).isNull();
    assertThat(several.run(four)).isNull();
    assertThat(several.output(four)).hasSize(1).isEqualTo(single.output(one));
  }

  @Test
  void onceTakesEverythingAndAvailableNowBatchByBatch() {
    SimulatedFileStore files = new SimulatedFileStore();
    LoopHarness once = new LoopHarness("/once");
    once.trigger = new Trigger.Once();
    assertThat(once.run(files)).isNull();
    assertThat(once.output(files)).hasSize(1);
    LoopHarness now = new LoopHarness("/now");
    assertThat(now.run(files)).isNull();
    assertThat(now.output(files)).hasSize(4);
    assertThat(now.run(files)).isNull();
    assertThat(now.output(files)).hasSize(4);
  }

  @Test
  void availableNowOfASourceThatCannotFreezeIsOneBatch() {
    SimulatedFileStore files = new SimulatedFileStore();
    LoopHarness harness = new LoopHarness("/endless");
    harness.source = new EndlessSource();
    assertThat(harness.run(files)).isNull();
    assertThat(harness.output(files)).hasSize(1);
  }

  @Test
  void intervalsAreAlignedToTheEpochAndOverrunsFollowAtOnce() throws Exception {
    ManualClock clock = new ManualClock(1_003_400);
    List<Long> starts = starts(clock, 4, (batch, c) -> c.pass(batch == 1 ? 23_000 : 10));
    // 1003400 at once, 1010000, then an overrun by 23 s: at once, then aligned again.
    assertThat(starts).containsExactly(1_003_400L, 1_010_000L, 1_033_000L, 1_040_000L);
  }

  @ParameterizedTest
  @ValueSource(longs = {-86_400, -3_600, -100, 100, 3_600, 86_400})
  void clockThatIsSetPutsTheNextStartOffByOneIntervalAtMost(long seconds) throws Exception {
    long begin = 1_000_000_000;
    long set = begin + 1000 * seconds;
    List<Long> starts =
        starts(
            new ManualClock(begin),
            4,
            (batch, clock) -> {
              if (batch == 0) {
                clock.set(set + 3);
              }
            });
    // What was due by the old time is overdue by a later one, and is waited for by an earlier.
    assertThat(starts)
        .startsWith(begin, seconds > 0 ? set + 3 : set + 10_000)
        .endsWith(seconds > 0 ? set + 20_000 : set + 30_000)
        .hasSize(4);
  }

  private interface During {
    void batch(long id, ManualClock clock);
  }

  private List<Long> starts(ManualClock clock, int batches, During during) throws Exception {
    LoopHarness harness = new LoopHarness("/trigger");
    harness.clock = clock;
    harness.source = new EndlessSource();
    harness.trigger = new Trigger.ProcessingTime(Duration.ofSeconds(10));
    CountDownLatch done = new CountDownLatch(1);
    List<Long> starts = new ArrayList<>();
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.BEFORE_OFFSETS && starts.size() < batches) {
            starts.add(clock.millis());
          } else if (step == Failpoints.Step.AFTER_COMMITS) {
            during.batch(epoch, clock);
            if (epoch == batches - 1) {
              done.countDown();
            }
          }
        };
    try (Run run = harness.start(new SimulatedFileStore())) {
      done.await();
      run.stop(Duration.ofSeconds(120));
    }
    return starts;
  }

  @Test
  void idleDefaultTriggerPollsEveryTenMilliseconds() throws Exception {
    CountDownLatch polled = new CountDownLatch(5);
    List<Long> sleeps = new ArrayList<>();
    LoopHarness harness = new LoopHarness("/idle");
    harness.source = InlineSource.of(LoopHarness.SCHEMA, List.of());
    harness.trigger = new Trigger.Default();
    harness.clock =
        new Clock() {
          @Override
          public long millis() {
            return 0;
          }

          @Override
          public long nanos() {
            return 0;
          }

          @Override
          public void sleep(long millis) {
            sleeps.add(millis);
            polled.countDown();
          }
        };
    try (Run run = harness.start(new SimulatedFileStore())) {
      polled.await();
      run.stop(Duration.ofSeconds(120));
    }
    assertThat(sleeps).containsOnly(10L);
  }

  @Test
  void aBatchThatTookAllThereWasIsFollowedByARestAsLongAsItTook() throws Exception {
    assertThat(restsAfter(new EndlessSource(), 0, 5, 500)).startsWith(3L, 5L, 10L);
  }

  @Test
  void whatWaitsIsTakenWithoutRest() throws Exception {
    Source behind =
        new EndlessSource() {
          @Override
          public Optional<Backlog> backlog() {
            return Optional.of(new Backlog(1, "rows"));
          }
        };
    assertThat(restsAfter(behind, 0, 5, 500)).isEmpty();
  }

  /** How long the loop slept, with batches that take so many milliseconds. */
  private static List<Long> restsAfter(Source source, long... took) throws Exception {
    ManualClock clock = new ManualClock(0);
    LoopHarness harness = new LoopHarness("/rests");
    harness.clock = clock;
    harness.source = source;
    harness.trigger = new Trigger.Default();
    CountDownLatch done = new CountDownLatch(took.length + 1);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_COMMITS) {
            clock.pass(epoch < took.length ? took[(int) epoch] : 0);
            done.countDown();
          }
        };
    try (Run run = harness.start(new SimulatedFileStore())) {
      done.await();
      run.stop(Duration.ofSeconds(120));
    }
    return clock.sleeps();
  }

  @Test
  void whatArrivesEndsAnIdleWait() throws Exception {
    CountDownLatch idle = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<Runnable> arrival = new AtomicReference<>();
    LoopHarness harness = new LoopHarness("/arrival");
    harness.trigger = new Trigger.Default();
    AtomicBoolean there = new AtomicBoolean();
    harness.source =
        new EndlessSource() {
          @Override
          public Offset latestOffset(Offset from, ReadLimit limit) {
            return there.getAndSet(false) ? super.latestOffset(from, limit) : from;
          }

          @Override
          public void onArrival(Runnable told) {
            arrival.set(told);
          }
        };
    harness.clock =
        new Clock() {
          @Override
          public long millis() {
            return 0;
          }

          @Override
          public long nanos() {
            return 0;
          }

          @Override
          public void sleep(long millis) throws InterruptedException {
            idle.countDown();
            // Only an interrupt ends it.
            new CountDownLatch(1).await();
          }
        };
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.AFTER_COMMITS) {
            done.countDown();
          }
        };
    try (Run run = harness.start(new SimulatedFileStore())) {
      idle.await();
      there.set(true);
      arrival.get().run();
      done.await();
      run.stop(Duration.ofSeconds(20));
    }
  }

  @Test
  void whatArrivesBeforeAnIdleWaitKeepsItFromBeginning() {
    ManualClock clock = new ManualClock(0);
    Stopper asked = new Stopper(clock);
    asked.arrive();
    asked.idle(10);
    assertThat(clock.sleeps()).isEmpty();
    asked.sleep(10);
    asked.look();
    asked.idle(10);
    assertThat(clock.sleeps()).containsExactly(10L, 10L);
    assertThat(asked.stopping()).isFalse();
  }

  @Test
  void rowsThatASourceDoesNotConfirmAreNotCommitted() {
    SimulatedFileStore files = new SimulatedFileStore();
    LoopHarness harness = new LoopHarness("/other");
    harness.trigger = new Trigger.Once();
    harness.source =
        new EndlessSource() {
          @Override
          public void confirm() {
            throw new PipelineException("data-loss", "it is another one", null);
          }
        };
    assertThat(harness.run(files))
        .isInstanceOf(PipelineException.class)
        .hasMessage("source 'in': it is another one");
    assertThat(files.locations())
        .contains("/other/checkpoint/offsets/0")
        .doesNotContain("/other/checkpoint/commits/0", "/other/out/0")
        .noneMatch(file -> file.startsWith("/other/checkpoint/state/") && file.contains("/1."));
  }

  @Test
  void fewRowsAreReadWithoutWakingOtherThreads() {
    LoopHarness harness = new LoopHarness("/few");
    harness.parallelism = 4;
    harness.trigger = new Trigger.Once();
    Set<Thread> readers = ConcurrentHashMap.newKeySet();
    harness.source =
        new EndlessSource() {
          @Override
          public List<Split> splits(Offset from, Offset to) {
            Split few =
                new Split() {
                  @Override
                  public BatchReader open(ScanRequest request) {
                    readers.add(Thread.currentThread());
                    List<Batch> left = new ArrayList<>(List.of(batch));
                    return () -> left.isEmpty() ? null : left.remove(0);
                  }

                  @Override
                  public long mostRows() {
                    return 5;
                  }
                };
            return Collections.nCopies(40, few);
          }
        };
    assertThat(harness.run(new SimulatedFileStore())).isNull();
    assertThat(readers).hasSize(1);
  }

  @Test
  void freshCheckpointIntoAUsedPlaceIsRefused() {
    SimulatedFileStore files = new SimulatedFileStore();
    LoopHarness harness = new LoopHarness("/a");
    assertThat(harness.run(files)).isNull();
    LoopHarness other = new LoopHarness("/b");
    other.sinkPath = harness.sinkPath;
    assertThat(other.run(files))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("holds batches up to 3")
        .hasMessageContaining("/b/checkpoint");
  }
}
