package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.s3.S3Server;
import dev.sluice.runner.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a batch costs on S3, counted by what the server is asked. */
class S3RequestsTest {
  private static final int BATCHES = 10;

  /** From here to there nothing begins, ends or is compacted. */
  private static final int FROM = 2;

  private static final int TO = 8;

  /** Plan of the source, plan of the batch, data, the sink's log, commit. */
  private static final int FILES_OF_A_BATCH = 5;

  private static final int PARTITIONS = 2;

  @TempDir Path folder;
  private S3Server server;
  private RequestLog asked;

  @BeforeEach
  void start() throws IOException {
    server = S3Server.start(folder.resolve("buckets"), 0).withBucket("bucket");
    asked = new RequestLog(server.port());
  }

  @AfterEach
  void stop() throws IOException {
    asked.close();
    server.close();
  }

  @Test
  void batchTakesOneRequestForEachFileThatItWritesAndAsksForNothing() throws IOException {
    run("", 1);
    asked.take();
    run("", BATCHES + 1);
    List<String> all = asked.take();
    List<String> batches = amid(all);
    assertThat(batches).hasSizeLessThanOrEqualTo((TO - FROM) * FILES_OF_A_BATCH);
    assertThat(batches).allMatch(line -> line.startsWith("PUT "));
    // Neither at the start nor for a compaction is a file asked for before it is read.
    assertThat(all)
        .noneMatch(line -> line.matches("HEAD .*/(sources/0|_spark_metadata|offsets|commits)/.*"));
    assertThat(all).anyMatch(line -> line.matches("PUT .*/_spark_metadata/9\\.compact"));
  }

  @Test
  void stateTakesAFileMoreForEachPartition() throws IOException {
    String steps = "steps: [{dropDuplicates: {columns: [id]}}]";
    run(steps, 1);
    asked.take();
    run(steps, BATCHES + 1);
    List<String> batches = amid(asked.take());
    assertThat(batches.stream().filter(line -> line.startsWith("PUT ")))
        .hasSizeLessThanOrEqualTo((TO - FROM) * (FILES_OF_A_BATCH + PARTITIONS));
    // What a batch that died may have left under the names of its changes and of a snapshot goes.
    assertThat(batches.stream().filter(line -> line.startsWith("DELETE ")))
        .hasSizeLessThanOrEqualTo((TO - FROM) * PARTITIONS * 2);
    assertThat(batches).noneMatch(line -> line.startsWith("GET ") || line.startsWith("HEAD "));
  }

  /** What some batches ask, but for the lock, which goes by time. */
  private static List<String> amid(List<String> all) {
    int from = all.indexOf("PUT /bucket/checkpoint/offsets/" + FROM);
    int to = all.indexOf("PUT /bucket/checkpoint/offsets/" + TO);
    assertThat(from).as(all.toString()).isNotNegative().isLessThan(to);
    return all.subList(from + 1, to + 1).stream()
        .filter(line -> !line.contains("/sluice/lock/") && !line.contains("sluice%2Flock"))
        .toList();
  }

  private void run(String steps, int files) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input"));
    for (int i = 0; i < files; i++) {
      Path file = input.resolve("f" + i + ".csv");
      if (!Files.exists(file)) {
        Files.writeString(file, i + ",a\n");
      }
    }
    Path pipeline =
        Files.writeString(
            folder.resolve("pipeline.yaml"),
            """
            name: counted
            source:
              format: csv
              path: input
              schema: {id: bigint, name: string}
              options: {maxFilesPerTrigger: 1}
            %s
            trigger: availableNow
            sink: {format: json, path: "s3a://bucket/out"}
            checkpointLocation: s3a://bucket/checkpoint
            settings:
              parallelism: %d
              hadoop:
                fs.s3a.endpoint: %s
                fs.s3a.path.style.access: true
                fs.s3a.access.key: %s
                fs.s3a.secret.key: %s
            """
                .formatted(
                    steps, PARTITIONS, asked.endpoint(), S3Server.ACCESS_KEY, S3Server.SECRET_KEY));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(new ByteArrayOutputStream());
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      int code = Main.run(List.of("run", pipeline.toString()), out, errors, folder);
      assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    }
  }
}
