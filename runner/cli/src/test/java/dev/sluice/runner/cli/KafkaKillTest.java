package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.kafka.testing.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes killed while they copy a topic: a reader of committed records sees each row once.
 * {@code -Dsluice.kafka.kills=100} kills more often.
 */
class KafkaKillTest {
  private static final int KILLS = Integer.getInteger("sluice.kafka.kills", 3);
  private static final long SEED = Long.getLong("sluice.seed", 7L);
  private static final int BATCH = 30;
  private static final int ROWS = KILLS * BATCH * 12;

  @TempDir Path folder;

  @Test
  void eachRowIsThereOnceHoweverOftenTheProcessDies() throws Exception {
    Broker broker = Broker.shared();
    broker.create("kill-in", 2);
    broker.create("kill-out", 2);
    for (int partition = 0; partition < 2; partition++) {
      int own = partition;
      broker.send(
          "kill-in",
          partition,
          IntStream.range(0, ROWS)
              .filter(id -> id % 2 == own)
              .mapToObj(id -> "{\"id\":" + id + "}")
              .toArray(String[]::new));
    }
    Path pipeline =
        Files.writeString(
            folder.resolve("pipeline.yaml"),
            """
            name: kill-kafka
            source:
              format: kafka
              options:
                kafka.bootstrap.servers: SERVERS
                subscribe: kill-in
                startingOffsets: earliest
                maxOffsetsPerTrigger: BATCH
              schema: {id: bigint}
              valueFormat: json
            steps:
              - withColumns: {twice: id * 2}
            sink:
              format: kafka
              options: {kafka.bootstrap.servers: SERVERS, topic: kill-out}
              valueFormat: json
            checkpointLocation: checkpoint
            """
                .replace("SERVERS", broker.servers())
                .replace("BATCH", Integer.toString(BATCH)));
    Random random = new Random(SEED);
    int killed = 0;
    while (killed < KILLS) {
      long before = commits();
      // The log is written in place, or beside the batches.
      Process process = start(pipeline, random.nextBoolean() ? "availableNow" : "default");
      while (process.isAlive() && commits() == before) {
        process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      if (process.waitFor(random.nextInt(60), TimeUnit.MILLISECONDS)) {
        assertThat(process.exitValue()).as(this::said).isZero();
        break;
      }
      process.destroyForcibly().waitFor();
      killed++;
    }
    assertThat(killed).as("processes killed, seed %s", SEED).isPositive();
    assertThat(start(pipeline, "availableNow").waitFor()).as(this::said).isZero();
    assertThat(broker.values("kill-out"))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, ROWS)
                .mapToObj(id -> "{\"id\":" + id + ",\"twice\":" + id * 2 + "}")
                .toList());
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

  private String said() {
    try {
      return Files.readString(folder.resolve("err"));
    } catch (IOException e) {
      return Arrays.toString(e.getStackTrace());
    }
  }

  private Process start(Path pipeline, String trigger) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "dev.sluice.runner.cli.Main",
            "run",
            pipeline.toString(),
            "--trigger",
            trigger)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(folder.resolve("err").toFile())
        .start();
  }
}
