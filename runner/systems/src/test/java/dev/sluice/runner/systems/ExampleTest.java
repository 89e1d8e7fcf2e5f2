package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.hadoop.HdfsServer;
import dev.sluice.connectors.s3.S3Server;
import dev.sluice.operators.testing.SharedData;
import dev.sluice.runner.cli.Main;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples that need HDFS and S3, and the other ways to reach these. */
class ExampleTest {
  @TempDir Path folder;

  @Test
  void bringsOrdersFromHdfsToS3() throws IOException {
    Path example = SharedData.repository().resolve("pipelines/hdfs-to-s3");
    try (HdfsServer hdfs = HdfsServer.start(folder.resolve("hdfs"), 0, true);
        S3Server s3 = S3Server.start(folder.resolve("s3"), 0).withBucket("trial")) {
      String node = "hdfs=" + hdfs.uri();
      String server = "s3=" + s3.endpoint();
      run(example, "fill.yaml", "--set", node);
      run(example, "pipeline.yaml", "--set", node, "--set", server);
      // A second run finds nothing new.
      run(example, "pipeline.yaml", "--set", node, "--set", server);
      assertThat(run(example, "check.yaml", "--set", server))
          .endsWith(Files.readString(example.resolve("expected/amounts.txt")) + "\n");
    }
  }

  @Test
  void keepsATableOfTotalsUpToDateFromHdfs() throws IOException {
    Path example = SharedData.repository().resolve("pipelines/hdfs-to-jdbc");
    try (HdfsServer hdfs = HdfsServer.start(folder.resolve("hdfs"), 0, true);
        EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(5)).start()) {
      String node = "hdfs=" + hdfs.uri();
      String database = "db=jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
      run(example.resolveSibling("hdfs-to-s3"), "fill.yaml", "--set", node);
      run(example, "pipeline.yaml", "--set", node, "--set", database);
      // A second run finds nothing new.
      run(example, "pipeline.yaml", "--set", node, "--set", database);
      assertThat(run(example, "check.yaml", "--set", database))
          .endsWith(Files.readString(example.resolve("expected/totals.txt")) + "\n");
    }
  }

  @Test
  void storageIsReachedAsAPipelineSaysByTheOtherVerbs() throws IOException {
    try (S3Server s3 = S3Server.start(folder.resolve("s3"), 0).withBucket("trial")) {
      Path pipeline =
          Files.writeString(
              folder.resolve("p.yaml"),
              """
              name: p
              source: {format: inline, schema: {n: int}, options: {batches: [[{n: 1}, {n: 2}]]}}
              trigger: availableNow
              sink: {format: csv, path: s3a://trial/numbers}
              checkpointLocation: s3a://trial/cp
              settings:
                hadoop:
                  fs.s3a.endpoint: %s
                  fs.s3a.path.style.access: true
                  fs.s3a.access.key: local-access
                  fs.s3a.secret.key: local-secret-key
              """
                  .formatted(s3.endpoint()));
      call(folder, "validate", "--connect", pipeline.toString());
      call(folder, "run", pipeline.toString());
      assertThat(
              call(
                  folder,
                  "sql",
                  "--settings",
                  pipeline.toString(),
                  "--format",
                  "csv",
                  "SELECT sum(CAST(_c0 AS INT)) AS n FROM csv.`s3a://trial/numbers`"))
          .isEqualTo("n\n3\n");
      assertThat(
              call(
                  folder,
                  "checkpoint",
                  "show",
                  "s3a://trial/cp",
                  "--conf",
                  "fs.s3a.endpoint=" + s3.endpoint(),
                  "--conf",
                  "fs.s3a.path.style.access=true",
                  "--conf",
                  "fs.s3a.access.key=local-access",
                  "--conf",
                  "fs.s3a.secret.key=local-secret-key"))
          .contains("last batch   0 (committed)");
    }
  }

  private static String run(Path example, String file, String... more) {
    List<String> words = new ArrayList<>(List.of("run", file));
    words.addAll(List.of(more));
    return call(example, words.toArray(String[]::new));
  }

  private static String call(Path folder, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            List.of(words),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            folder);
    assertThat(code)
        .as(() -> out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8))
        .isZero();
    return out.toString(StandardCharsets.UTF_8);
  }
}
