package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.operators.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes killed while they copy a topic: a reader of committed records sees each row once,
 * or, of a sink that delivers at least once, again only those of the last batches. {@code
 * -Dsluice.kafka.kills=100} kills more often.
 */
class KafkaKillTest {
  private static final int KILLS = Integer.getInteger("sluice.kafka.kills", 3);
  private static final long SEED = Long.getLong("sluice.seed", 7L);
  private static final int BATCH = 30;

  /** So many batches lie in front of each run. */
  private static final int AHEAD = 40;

  /** A busy machine may need some starts to reach the broker; one that is gone is never reached. */
  private static final int STARTS = 10;

  private static final int WINDOW_SECONDS = 10;

  /** More than the two partitions ever are apart. */
  private static final int DELAY_SECONDS = 600;

  private static final String TWICE = "- withColumns: {twice: id * 2}";

  /** A row a second. */
  private static final String WINDOWS =
      """
      - withColumns: {at: timestamp_seconds(id)}
      - watermark: {column: at, delay: DELAY seconds}
      - groupBy:
          window: {column: at, duration: WINDOW seconds}
          agg: {n: count(*), total: sum(id)}
      - select: [unix_seconds(window.start) AS start, n, total]
      """
          .replace("DELAY", Integer.toString(DELAY_SECONDS))
          .replace("WINDOW", Integer.toString(WINDOW_SECONDS));

  private final Broker broker = Broker.shared();
  private int rows;
  @TempDir Path folder;

  @Test
  void eachRowIsThereOnceHoweverOftenTheProcessDies() throws Exception {
    killAndRestart("once", "", TWICE, () -> true);
    assertThat(broker.values("kill-once-out"))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, rows).mapToObj(this::row).toList());
  }

  /** State, watermark and topic go together: each window is there once, with all of its rows. */
  @Test
  void eachWindowIsThereOnceHoweverOftenTheProcessDies() throws Exception {
    killAndRestart("windows", "", WINDOWS, () -> true);
    // Up to the watermark: the newest row's time, less the delay.
    int ended = (rows - 1 - DELAY_SECONDS) / WINDOW_SECONDS;
    assertThat(ended).isPositive();
    assertThat(broker.values("kill-windows-out"))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, ended)
                .map(window -> window * WINDOW_SECONDS)
                .mapToObj(
                    start ->
                        "{\"start\":%d,\"n\":%d,\"total\":%d}"
                            .formatted(
                                start,
                                WINDOW_SECONDS,
                                IntStream.range(start, start + WINDOW_SECONDS).sum()))
                .toList());
  }

  /** Neither transactions nor a record of batches in the topic: what was not written down comes. */
  @Test
  void deliveredAtLeastOnceNoRowIsLostAndOnlyTheBatchThatDiedComesAgain() throws Exception {
    String out = "kill-again-out";
    // Until a row came again: the kills did not all fall between two batches.
    int killed = killAndRestart("again", ", delivery: at-least-once", TWICE, () -> copies(out) > 0);
    assertThat(new HashSet<>(broker.values(out)))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, rows).mapToObj(this::row).toList());
    int again = copies(out);
    System.out.println(again + " rows came again after " + killed + " kills");
    assertThat(again)
        .as("rows of the batch that was redone after each kill")
        .isLessThanOrEqualTo(killed * BATCH);
  }

  private int copies(String topic) {
    List<String> values = broker.values(topic);
    return values.size() - new HashSet<>(values).size();
  }

  private String row(int id) {
    return "{\"id\":" + id + ",\"twice\":" + id * 2 + "}";
  }

  /** Kills also until it is enough; gives the number of processes that were killed. */
  private int killAndRestart(String name, String delivery, String steps, BooleanSupplier enough)
      throws Exception {
    String in = "kill-" + name + "-in";
    broker.create(in, 2);
    broker.create("kill-" + name + "-out", 2);
    Path pipeline = pipeline(name, delivery, steps);
    Random random = new Random(SEED);
    int killed = 0;
    int unreached = 0;
    while (killed < KILLS || !enough.getAsBoolean()) {
      long before = commits();
      // So that all the kills happen, however far each run comes.
      send(in, (int) (before + AHEAD) * BATCH);
      // The log is written in place, or beside the batches.
      Process process = start(pipeline, random.nextBoolean() ? "availableNow" : "default");
      while (process.isAlive() && commits() == before) {
        process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      if (!process.waitFor(random.nextInt(60), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
      int code = process.waitFor();
      unreached = code != KilledRuns.KILLED && isUnreached() ? unreached + 1 : 0;
      assertThat(unreached).as(this::said).isLessThan(STARTS);
      if (code != KilledRuns.KILLED && unreached == 0) {
        assertThat(code).as(this::said).isZero();
      }
      // One that came through first, availableNow, was not killed.
      killed += code == KilledRuns.KILLED ? 1 : 0;
    }
    System.out.println(killed + " processes killed over " + commits() + " batches, seed " + SEED);
    int end = start(pipeline, "availableNow").waitFor();
    for (int tries = 1; end != 0 && isUnreached() && tries < STARTS; tries++) {
      end = start(pipeline, "availableNow").waitFor();
    }
    assertThat(end).as(this::said).isZero();
    return killed;
  }

  /** Sends rows, with the ids 0, 1, 2 ..., until there are so many. */
  private void send(String topic, int enough) {
    int from = rows;
    rows = Math.max(rows, enough);
    for (int partition = 0; partition < 2 && rows > from; partition++) {
      int own = partition;
      broker.send(
          topic,
          partition,
          IntStream.range(from, rows)
              .filter(id -> id % 2 == own)
              .mapToObj(id -> "{\"id\":" + id + "}")
              .toArray(String[]::new));
    }
  }

  private Path pipeline(String name, String delivery, String steps) throws IOException {
    return Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        name: kill-kafka
        source:
          format: kafka
          options:
            kafka.bootstrap.servers: SERVERS
            subscribe: kill-NAME-in
            startingOffsets: earliest
            maxOffsetsPerTrigger: BATCH
          schema: {id: bigint}
          valueFormat: json
        steps:
        STEPS
        sink:
          format: kafka
          options: {kafka.bootstrap.servers: SERVERS, topic: kill-NAME-outDELIVERY}
          valueFormat: json
        checkpointLocation: checkpoint
        """
            .replace("STEPS", steps.indent(2).stripTrailing())
            .replace("SERVERS", broker.servers())
            .replace("NAME", name)
            .replace("DELIVERY", delivery)
            .replace("BATCH", Integer.toString(BATCH)));
  }

  private long commits() throws IOException {
    Path commits = folder.resolve("checkpoint/commits");
    if (!Files.isDirectory(commits)) {
      return 0;
    }
    try (Stream<Path> found = Files.list(commits)) {
      return found
              .map(path -> path.getFileName().toString())
              .filter(name -> name.matches("[0-9]+"))
              .mapToLong(Long::parseLong)
              .max()
              .orElse(-1)
          + 1;
    }
  }

  private boolean isUnreached() {
    return said().contains("error[broker-unreachable]");
  }

  private String said() {
    try {
      return Files.readString(folder.resolve("err"));
    } catch (IOException e) {
      return Arrays.toString(e.getStackTrace());
    }
  }

  private Process start(Path pipeline, String trigger) throws IOException {
    return JavaProcess.of(Main.class.getName(), "run", pipeline.toString(), "--trigger", trigger)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(folder.resolve("err").toFile())
        .start();
  }
}
