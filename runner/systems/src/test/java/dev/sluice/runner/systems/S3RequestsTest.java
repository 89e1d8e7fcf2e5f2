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
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a batch costs on S3, counted by what the server is asked. */
class S3RequestsTest {
  private static final int BATCHES = 10;

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
  void batchOfFilesTakesARequestForEachThingItWrites() throws IOException {
    run("", 1);
    show();
    run("", BATCHES + 1);
    show();
  }

  @Test
  void batchWithState() throws IOException {
    run("steps: [{dropDuplicates: {columns: [id]}}]", 1);
    show();
    run("steps: [{dropDuplicates: {columns: [id]}}]", BATCHES + 1);
    show();
  }

  private void show() {
    Map<String, Integer> kinds = new TreeMap<>();
    List<String> all = asked.take();
    for (String line : all) {
      System.out.println("  " + line);
      kinds.merge(
          line.replaceAll("part-\\d+-[-0-9a-f]+", "part-N-UUID").replaceAll("[0-9]+", "N"),
          1,
          Integer::sum);
    }
    System.out.println("== " + all.size());
    kinds.forEach((kind, count) -> System.out.println(count + " " + kind));
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
              hadoop:
                fs.s3a.endpoint: %s
                fs.s3a.path.style.access: true
                fs.s3a.access.key: %s
                fs.s3a.secret.key: %s
            """
                .formatted(steps, asked.endpoint(), S3Server.ACCESS_KEY, S3Server.SECRET_KEY));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(new ByteArrayOutputStream());
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      int code = Main.run(List.of("run", pipeline.toString()), out, errors, folder);
      assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    }
  }
}
