package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The trigger {@code continuous} without a server: rows of {@code rate} on the console. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ContinuousCommandTest {
  @TempDir Path folder;

  @Test
  void rowsOfRateAreShownAsTheyComeAndTheNextRunGoesOn() throws Exception {
    PipelineFolder pipeline = new PipelineFolder(folder);
    pipeline.pipeline(
        """
        name: ticks
        source: {format: rate, options: {rowsPerSecond: 200, numPartitions: 2}}
        steps:
          - where: value % 10 <> 0
          - select: [value, value * 2 AS twice]
        trigger: {continuous: 100 milliseconds}
        sink: {format: console, options: {style: json}}
        checkpointLocation: checkpoint
        """);
    Set<Long> first = runUntil(pipeline, Set.of(), 60);
    long last = first.stream().mapToLong(Long::longValue).max().orElseThrow();
    Set<Long> second = runUntil(pipeline, first, last + 60);
    assertThat(second).as("it goes on").doesNotContain(1L);
    assertThat(second).allMatch(value -> value % 10 != 0);
  }

  /** Runs until no row up to this value is missing; gives what the run has shown. */
  private Set<Long> runUntil(PipelineFolder pipeline, Set<Long> before, long value)
      throws Exception {
    List<Long> wanted = LongStream.range(0, value).filter(one -> one % 10 != 0).boxed().toList();
    Process process = pipeline.start(List.of());
    Set<Long> seen = new HashSet<>(before);
    while (!seen.containsAll(wanted) || !hasCommitted()) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("it has ended: " + pipeline.end(process));
      }
      seen.addAll(shown());
    }
    process.destroy();
    Command.Result result = pipeline.end(process);
    assertThat(result.code()).as(result.toString()).isIn(0, 143);
    return shown();
  }

  private boolean hasCommitted() throws IOException {
    Path commits = folder.resolve("checkpoint/commits");
    if (!Files.isDirectory(commits)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(commits)) {
      return entries.findAny().isPresent();
    }
  }

  /** A last line may be half written. */
  private Set<Long> shown() throws IOException {
    String text = Files.readString(folder.resolve("stdout"));
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .map(line -> (Map<?, ?>) Json.parseObject(line).get("row"))
        .map(
            row -> {
              assertThat(row.get("twice")).isEqualTo((Long) row.get("value") * 2);
              return (Long) row.get("value");
            })
        .collect(Collectors.toSet());
  }
}
