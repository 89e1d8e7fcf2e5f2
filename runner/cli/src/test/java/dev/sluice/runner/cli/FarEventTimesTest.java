package dev.sluice.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.memory.MemoryTable;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.Clock;
import dev.sluice.runner.pipeline.LoadRequest;
import dev.sluice.runner.pipeline.PipelineLoader;
import dev.sluice.runner.pipeline.Secrets;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.Progress;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.RunEnvironment;
import dev.sluice.runner.sql.JsonValues;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event times that lie where no event can be, from files, one a batch. */
@NullMarked
class FarEventTimesTest {
  @TempDir Path folder;
  private final List<Progress> progress = new ArrayList<>();

  private List<String> run(String step, String... files) throws Exception {
    Path in = Files.createDirectories(folder.resolve("in"));
    for (int i = 0; i < files.length; i++) {
      Path file = in.resolve("f" + i + ".csv");
      Files.writeString(file, files[i]);
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L + i * 1000L));
    }
    Path file = folder.resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        name: far
        sources:
          events:
            format: csv
            path: in
            options: {maxFilesPerTrigger: 1}
            schema: {k: string, d: double, at: timestamp}
        steps:
          - from: events
          - where: k <> 'filtered'
          - watermark: {column: at, delay: 10 seconds}
          - groupBy: %s
        trigger: availableNow
        sink: {format: memory}
        checkpointLocation: checkpoint
        """
            .formatted(step));
    Problems problems = new Problems();
    Plan plan =
        PipelineLoader.load(LoadRequest.check(file, "p.yaml"), Wiring.components(), problems)
            .orElseThrow()
            .open(folder.resolve("checkpoint").toString(), Wiring.files(), Clock.SYSTEM);
    problems.throwIfErrors();
    RunEnvironment environment =
        new RunEnvironment(
            Wiring.files(),
            Clock.SYSTEM,
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            progress::add,
            Failpoints.NONE);
    try (Run run = Wiring.engine(new Secrets()).start(plan, environment)) {
      run.await();
    }
    List<String> rows = new ArrayList<>();
    MemoryTable.find("far")
        .orElseThrow()
        .epochs()
        .forEach((epoch, batches) -> batches.forEach(batch -> add(epoch, batch, rows)));
    MemoryTable.forget("far");
    return rows;
  }

  private static void add(long epoch, Batch batch, List<String> rows) {
    for (int row = 0; row < batch.rows(); row++) {
      List<Object> values = new ArrayList<>();
      for (int c = 0; c < batch.columns().size(); c++) {
        values.add(String.valueOf(JsonValues.toJson(batch.column(c), row)));
      }
      rows.add(epoch + ": " + values);
    }
  }

  private static final String WINDOWS =
      "{window: {column: at, duration: 10 seconds}, keys: [k], agg: {n: count(*)}}";

  @Test
  void rowOfTheYear9999IsFollowedAndNamed() throws Exception {
    List<String> rows =
        run(
            WINDOWS,
            "a,1,2024-01-01 00:00:00\n",
            "filtered,1,9999-12-31 00:00:00\nb,1,2024-01-01 00:00:05\nb,1,9999-12-30 00:00:00\n",
            "c,1,2024-01-01 00:00:30\n",
            "d,1,2024-01-01 00:00:40\n");
    // Late rows go by the watermark of the batch before: c is in time still, d is not.
    assertThat(rows)
        .containsExactlyInAnyOrder(
            "2: [{start=2024-01-01 00:00:00, end=2024-01-01 00:00:10}, a, 1]",
            "2: [{start=2024-01-01 00:00:00, end=2024-01-01 00:00:10}, b, 1]",
            "2: [{start=2024-01-01 00:00:30, end=2024-01-01 00:00:40}, c, 1]");
    List<List<String>> warnings = progress.stream().map(Progress::warnings).toList();
    assertThat(warnings.get(1)).hasSize(1);
    assertThat(warnings.get(1).get(0))
        .startsWith("far-future-event-time: column 'at' is 9999-12-30 00:00:00 in source 'events'")
        .contains(folder.resolve("in/f1.csv") + ":3");
    assertThat(progress.get(1).json()).containsEntry("warnings", warnings.get(1));
    assertThat(warnings).filteredOn(List::isEmpty).hasSize(progress.size() - 1);
    assertThat(progress.get(0).json()).doesNotContainKey("warnings");
  }

  @Test
  void timesBefore1970AreInWindowsOfTheirOwnButLateFromTheStart() throws Exception {
    // The watermark starts at 1970, as in Spark: only a window that reaches past it takes rows.
    assertThat(
            run(
                "{window: {column: at, duration: 3 days}, keys: [k], agg: {n: count(*)}}",
                "a,1,1969-12-31 23:59:59\na,1,1969-12-30 00:00:00\na,1,1970-01-02 00:00:00\n",
                "b,1,1980-01-01 00:00:00\n"))
        .containsExactly("2: [{start=1970-01-01 00:00:00, end=1970-01-04 00:00:00}, a, 1]");
  }

  @Test
  void keysThatAreNoNumberOrMinusZeroAreOneEach() throws Exception {
    assertThat(
            run(
                "{window: {column: at, gap: 10 seconds}, keys: [d], agg: {n: count(*)}}",
                "a,NaN,2024-01-01 00:00:00\na,0.0,2024-01-01 00:00:01\na,,2024-01-01 00:00:02\n",
                "a,NaN,2024-01-01 00:00:03\na,-0.0,2024-01-01 00:00:04\na,,2024-01-01 00:00:05\n",
                "b,7,2024-01-01 00:10:00\n"))
        .containsExactlyInAnyOrder(
            "3: [{start=2024-01-01 00:00:00, end=2024-01-01 00:00:13}, NaN, 2]",
            "3: [{start=2024-01-01 00:00:01, end=2024-01-01 00:00:14}, 0.0, 2]",
            "3: [{start=2024-01-01 00:00:02, end=2024-01-01 00:00:15}, null, 2]");
  }
}
