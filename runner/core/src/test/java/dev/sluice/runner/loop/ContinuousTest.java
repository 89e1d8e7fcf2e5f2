package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.Trigger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The trigger {@code continuous}: epochs of rows that come one by one. */
@Timeout(300)
class ContinuousTest {
  @TempDir Path folder;
  private final LocalFileStore files = new LocalFileStore();
  private final CountingSource source = new CountingSource();
  private LoopHarness harness;

  @BeforeEach
  void continuous() {
    harness = new LoopHarness(folder.toString());
    harness.source = source;
    harness.query = LoopHarness.Query.PASS;
    harness.trigger = new Trigger.Continuous(Duration.ofMillis(20));
    harness.clock = Clock.SYSTEM;
    harness.parallelism = 2;
  }

  /** Runs until the checkpoint holds all that the source has, then stops. */
  private void runToTheEnd() throws InterruptedException {
    try (Run run = harness.start(files)) {
      awaitEnd(run);
      run.stop(Duration.ofSeconds(120));
      run.await();
    }
  }

  private void awaitEnd(Run run) throws InterruptedException {
    while (!lastLine("offsets").equals(source.end().json())
        || names("commits").size() < names("offsets").size()) {
      run.await(Duration.ofMillis(5));
    }
  }

  private TreeSet<Long> names(String log) {
    try (Stream<Path> found = Files.list(Path.of(harness.root, log))) {
      TreeSet<Long> names = new TreeSet<>();
      found
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches("[0-9]+"))
          .forEach(name -> names.add(Long.parseLong(name)));
      return names;
    } catch (IOException e) {
      return new TreeSet<>();
    }
  }

  private String lastLine(String log) {
    TreeSet<Long> names = names(log);
    if (names.isEmpty()) {
      return "";
    }
    try {
      return Files.readAllLines(Path.of(harness.root, log, Long.toString(names.last()))).get(2);
    } catch (NoSuchFileException e) {
      // A run that begins an epoch anew withdraws it between the two looks.
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> rows() {
    List<String> rows = new ArrayList<>();
    harness.output(files).values().forEach(text -> rows.addAll(text.lines().toList()));
    return rows;
  }

  private List<String> expected() {
    List<String> rows = new ArrayList<>();
    for (int partition = 0; partition < source.partitions; partition++) {
      for (long value = 0; value < source.limit; value++) {
        rows.add("[p" + partition + ", " + value + "]");
      }
    }
    return rows;
  }

  @Test
  void epochsGoIntoTheCheckpointAsBatchesDo() throws Exception {
    runToTheEnd();
    assertThat(rows()).containsExactlyInAnyOrderElementsOf(expected());
    assertThat(names("commits")).isEqualTo(names("offsets")).contains(0L);
    assertThat(Path.of(harness.root, "commits/0")).hasContent("v1\n{\"nextBatchWatermarkMs\":0}");
    assertThat(harness.progress)
        .extracting(progress -> progress.batchId())
        .containsExactlyElementsOf(names("offsets"));
    assertThat(harness.progress.stream().mapToLong(progress -> progress.inputRows()).sum())
        .isEqualTo(100);
  }

  @Test
  void afterACleanStopNoRowComesAgain() throws Exception {
    runToTheEnd();
    source.limit = 130;
    runToTheEnd();
    assertThat(rows()).containsExactlyInAnyOrderElementsOf(expected());
  }

  @Test
  void batchesTakeUpWhereEpochsEndedAndTheOtherWayRound() throws Exception {
    runToTheEnd();
    source.limit = 80;
    harness.trigger = new Trigger.Once();
    assertThat(harness.run(files)).isNull();
    source.limit = 95;
    harness.trigger = new Trigger.Continuous(Duration.ofMillis(20));
    runToTheEnd();
    assertThat(rows()).containsExactlyInAnyOrderElementsOf(expected());
  }

  @Test
  void epochsWithoutRowsLeaveNothing() throws Exception {
    try (Run run = harness.start(files)) {
      awaitEnd(run);
      TreeSet<Long> before = names("offsets");
      long deadline = Clock.SYSTEM.millis() + 200;
      while (Clock.SYSTEM.millis() < deadline) {
        run.await(Duration.ofMillis(20));
      }
      assertThat(names("offsets")).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Failpoints.Step.class,
      names = {
        "MID_SINK_WRITE",
        "AFTER_SINK_COMMIT",
        "BEFORE_OFFSETS",
        "AFTER_OFFSETS",
        "AFTER_COMMITS"
      })
  void afterACrashNoRowIsMissing(Failpoints.Step where) throws Exception {
    source.limit = 20;
    runToTheEnd();
    source.limit = 60;
    harness.failpoints =
        (step, epoch) -> {
          if (step == where) {
            throw new IllegalStateException("crash");
          }
        };
    assertThat(harness.run(files)).hasMessage("crash");
    harness.failpoints = Failpoints.NONE;
    source.limit = 70;
    runToTheEnd();
    assertThat(rows()).containsAll(expected());
  }

  /** What lag tools see is never ahead of where the next run begins. */
  @Test
  void theSourceIsToldOfAnEpochThatIsInTheCheckpoint() throws Exception {
    List<String> early = Collections.synchronizedList(new ArrayList<>());
    source.told =
        end -> {
          if (!lastLine("offsets").equals(end) || !names("commits").equals(names("offsets"))) {
            early.add(end);
          }
        };
    runToTheEnd();
    source.limit = 90;
    runToTheEnd();
    assertThat(early).isEmpty();
    assertThat(source.lastTold).isEqualTo(source.end().json());
  }

  /** As where the sink's server is away: the row that waits for it holds the partition's chain. */
  @Test
  void aStopIsNotHeldUpByAPartitionThatWaits() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    harness.failpoints =
        (step, epoch) -> {
          if (step == Failpoints.Step.MID_SINK_WRITE) {
            stuck.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              throw new IllegalStateException("interrupted", e);
            }
          }
        };
    try (Run run = harness.start(files)) {
      stuck.await();
      assertThat(run.stop(Duration.ofMillis(20))).as("ended by itself").isTrue();
    }
  }

  @Test
  void partitionsThatComeAreReadToo() throws Exception {
    try (Run run = harness.start(files)) {
      awaitEnd(run);
      source.partitions = 5;
      awaitEnd(run);
      source.limit = 77;
      awaitEnd(run);
      run.stop(Duration.ofSeconds(120));
    }
    assertThat(rows()).containsExactlyInAnyOrderElementsOf(expected());
  }

  @Test
  void aPartitionThatBreaksEndsTheRun() {
    source.broken = 1;
    try (Run run = harness.start(files)) {
      assertThatThrownBy(run::await).hasMessage("partition 1 broke");
    }
  }
}
