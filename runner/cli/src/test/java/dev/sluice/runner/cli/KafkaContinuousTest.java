package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The trigger {@code continuous} with a real broker, in real processes; {@code
 * -Dsluice.kafka.kills=100} kills more of them.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KafkaContinuousTest {
  private static final int KILLS = Integer.getInteger("sluice.kafka.kills", 3);

  private final Broker broker = Broker.shared();
  @TempDir Path folder;

  private Path pipeline(String in, String out) throws IOException {
    return Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        name: continuous
        source:
          format: kafka
          options: {kafka.bootstrap.servers: "SERVERS", subscribe: "IN", startingOffsets: earliest}
          schema: {id: bigint}
          valueFormat: json
        steps:
          - where: id % 10 <> 0
          - withColumns: {twice: id * 2}
        trigger: {continuous: 100 milliseconds}
        sink:
          format: kafka
          options: {kafka.bootstrap.servers: "SERVERS", topic: "OUT"}
          valueFormat: json
        checkpointLocation: checkpoint
        """
            .replace("SERVERS", broker.servers())
            .replace("IN", in)
            .replace("OUT", out));
  }

  private Process start(Path pipeline, String... more) throws IOException {
    ProcessBuilder builder = JavaProcess.of(Main.class.getName(), "run", pipeline.toString());
    builder.command().addAll(Arrays.asList(more));
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()))
        .start();
  }

  private String said() {
    try {
      return Files.readString(folder.resolve("err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void send(String topic, int partition, int from, int to) {
    broker.send(
        topic,
        partition,
        IntStream.range(from, to).mapToObj(id -> "{\"id\":" + id + "}").toArray(String[]::new));
  }

  private static List<String> expected(int to) {
    return IntStream.range(0, to)
        .filter(id -> id % 10 != 0)
        .mapToObj(id -> "{\"id\":" + id + ",\"twice\":" + id * 2 + "}")
        .toList();
  }

  /** Waits until all these values are in the topic. */
  private void awaitValues(Process process, String topic, List<String> values)
      throws InterruptedException {
    while (!new TreeSet<>(broker.values(topic)).containsAll(values)) {
      assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).as(this::said).isFalse();
    }
  }

  private String newest(String log) throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve("checkpoint").resolve(log))) {
      List<Path> entries =
          found
              .filter(path -> path.getFileName().toString().matches("[0-9]+"))
              .sorted(
                  java.util.Comparator.comparing(
                      path -> Long.parseLong(path.getFileName().toString())))
              .toList();
      return entries.isEmpty() ? "" : Files.readString(entries.get(entries.size() - 1));
    }
  }

  private void awaitOffsets(Process process, String offsets) throws Exception {
    while (!Files.isDirectory(folder.resolve("checkpoint/commits"))
        || !newest("offsets").endsWith("\n" + offsets)) {
      assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).as(this::said).isFalse();
    }
  }

  @Test
  void rowsGoThroughAsTheyComeAndEpochsAreSparksFiles() throws Exception {
    broker.create("flow-in", 2);
    broker.create("flow-out", 1);
    Path pipeline = pipeline("flow-in", "flow-out");
    send("flow-in", 0, 0, 50);
    Process first = start(pipeline);
    awaitValues(first, "flow-out", expected(50));
    send("flow-in", 1, 50, 90);
    awaitValues(first, "flow-out", expected(90));
    awaitOffsets(first, "{\"flow-in\":{\"0\":50,\"1\":40}}");
    broker.widen("flow-in", 3);
    send("flow-in", 2, 90, 120);
    awaitOffsets(first, "{\"flow-in\":{\"0\":50,\"1\":40,\"2\":30}}");
    // Asked to stop, as by a service manager.
    first.destroy();
    assertThat(first.waitFor()).as(this::said).isIn(0, 143);
    send("flow-in", 0, 120, 150);
    Process second = start(pipeline);
    awaitOffsets(second, "{\"flow-in\":{\"0\":80,\"1\":40,\"2\":30}}");
    second.destroy();
    second.waitFor();
    assertThat(broker.values("flow-out")).containsExactlyInAnyOrderElementsOf(expected(150));
    // The trigger may change: batches go on where epochs ended.
    send("flow-in", 1, 150, 160);
    assertThat(start(pipeline, "--trigger", "availableNow").waitFor()).as(this::said).isZero();
    assertThat(broker.values("flow-out")).containsExactlyInAnyOrderElementsOf(expected(160));
  }

  @Test
  void afterAKillNoRowIsMissing() throws Exception {
    broker.create("killed-in", 2);
    broker.create("killed-out", 1);
    Path pipeline = pipeline("killed-in", "killed-out");
    for (int round = 0; round < KILLS; round++) {
      send("killed-in", 0, round * 200, round * 200 + 100);
      send("killed-in", 1, round * 200 + 100, round * 200 + 200);
      Process process = start(pipeline);
      // Somewhere in the middle: rows are out, the checkpoint has them or has not.
      awaitValues(process, "killed-out", expected(round * 200 + 20));
      process.destroyForcibly().waitFor();
    }
    Process last = start(pipeline);
    int each = 100 * KILLS;
    awaitOffsets(last, "{\"killed-in\":{\"0\":" + each + ",\"1\":" + each + "}}");
    last.destroy();
    last.waitFor();
    assertThat(new TreeSet<>(broker.values("killed-out")))
        .isEqualTo(new TreeSet<>(expected(2 * each)));
  }

  @Test
  void theRowsAreInTheTableThatIsLookedAtMeanwhile(TestInfo test) throws Exception {
    String topic = Broker.named(test);
    broker.create(topic, 2);
    Path sockets = folder.resolve("sockets");
    System.setProperty("sluice.attach.folder", sockets.toString());
    PipelineFolder pipeline = new PipelineFolder(folder);
    pipeline.pipeline(
        Files.readString(pipeline(topic, topic))
            .replaceFirst(
                "(?s)sink:.*checkpointLocation", "sink: {format: memory}\ncheckpointLocation")
            .replace("name: continuous", "name: seen"));
    Process process = pipeline.start(List.of("-Dsluice.attach.folder=" + sockets));
    try {
      send(topic, 0, 0, 50);
      awaitTable(pipeline, process, expected(50));
      send(topic, 1, 50, 90);
      awaitTable(pipeline, process, expected(90));
    } finally {
      System.clearProperty("sluice.attach.folder");
      process.destroyForcibly().waitFor();
    }
  }

  /** Each row once: nothing was killed. */
  private void awaitTable(PipelineFolder pipeline, Process process, List<String> rows)
      throws Exception {
    List<String> found;
    do {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("it has ended: " + pipeline.end(process));
      }
      found =
          Command.run(
                  folder,
                  "sql",
                  "--attach",
                  "seen",
                  "SELECT to_json(struct(id, twice)) AS row FROM seen ORDER BY id",
                  "--format",
                  "json")
              .out()
              .lines()
              .map(line -> (String) Json.parseObject(line).get("row"))
              .toList();
    } while (found.size() < rows.size());
    assertThat(found).isEqualTo(rows);
  }
}
