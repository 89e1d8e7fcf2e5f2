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
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table beside a stream, which changes after each batch while five minutes go by. */
@NullMarked
class StaticSourcesTest {
  @TempDir Path folder;
  private long now = 1_700_000_000_000L;

  private final Clock clock =
      new Clock() {
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
        }
      };

  /** What the four batches saw of the tables. */
  private List<String> run(String name, String refresh, String other) throws Exception {
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        name: %s
        sources:
          in:
            format: inline
            schema: {k: bigint}
            options: {batches: [[{k: 1}], [{k: 1}], [{k: 1}], [{k: 1}]]}
          one: {format: json, path: one, static: true, schema: {k: bigint, a: string}%s}
          two: {format: json, path: two, static: true, schema: {k: bigint, b: string}%s}
        steps:
          - from: in
          - join: {with: one, type: leftOuter, on: [k]}
          - join: {with: two, type: leftOuter, on: [k]}
          - select: ["concat(a, b) AS seen"]
        trigger: availableNow
        sink: {format: memory}
        checkpointLocation: checkpoint-%s
        """
            .formatted(name, refresh, other, name));
    write(0);
    Problems problems = new Problems();
    Plan plan =
        PipelineLoader.load(LoadRequest.check(file, name + ".yaml"), Wiring.components(), problems)
            .orElseThrow()
            .open(folder.resolve("checkpoint-" + name).toString(), Wiring.files(), clock);
    problems.throwIfErrors();
    RunEnvironment environment =
        new RunEnvironment(
            Wiring.files(),
            clock,
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            this::passed,
            Failpoints.NONE);
    try (Run run = Wiring.engine(new Secrets()).start(plan, environment)) {
      run.await();
    }
    List<String> seen = new ArrayList<>();
    for (List<Batch> rows : MemoryTable.find(name).orElseThrow().epochs().values()) {
      rows.forEach(batch -> seen.add(String.valueOf(JsonValues.toJson(batch.column(0), 0))));
    }
    MemoryTable.forget(name);
    assertThat(folder.resolve("checkpoint-" + name + "/sources")).doesNotExist();
    assertThat(folder.resolve("checkpoint-" + name + "/tables")).doesNotExist();
    return seen;
  }

  private void passed(Progress progress) {
    now += TimeUnit.MINUTES.toMillis(5);
    try {
      write(progress.batchId() + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Both tables are the files of one batch, in a file of that name. */
  private void write(long batch) throws IOException {
    for (Map.Entry<String, String> table : Map.of("one", "a", "two", "b").entrySet()) {
      Path data = Files.createDirectories(folder.resolve(table.getKey()));
      for (long old = 0; old <= 4; old++) {
        Files.deleteIfExists(data.resolve("t" + old + ".json"));
      }
      Files.writeString(
          data.resolve("t" + batch + ".json"),
          "{\"k\": 1, \"%s\": \"%s%d\"}\n".formatted(table.getValue(), table.getValue(), batch));
    }
  }

  @Test
  void isReadInEachBatchUnlessItSaysOtherwise() throws Exception {
    assertThat(run("each", "", ", refresh: batch")).containsExactly("a0b0", "a1b1", "a2b2", "a3b3");
  }

  @Test
  void isReadOnceARun() throws Exception {
    assertThat(run("once", ", refresh: run", ", refresh: run"))
        .containsExactly("a0b0", "a0b0", "a0b0", "a0b0");
  }

  @Test
  void isReadAgainWhenItsTimeIsOver() throws Exception {
    assertThat(run("timed", ", refresh: 10 minutes", ", refresh: 10 minutes"))
        .containsExactly("a0b0", "a0b0", "a2b2", "a2b2");
  }

  @Test
  void isHeldWhileAnotherIsReadAgain() throws Exception {
    assertThat(run("mixed", ", refresh: run", ", refresh: batch"))
        .containsExactly("a0b0", "a0b1", "a0b2", "a0b3");
    assertThat(run("mixed2", ", refresh: 10 minutes", ", refresh: 15 minutes"))
        .containsExactly("a0b0", "a0b0", "a2b0", "a2b3");
  }
}
