package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.hadoop.HdfsServer;
import dev.sluice.operators.testing.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A name service of two name nodes, which only {@code HADOOP_CONF_DIR} knows. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HdfsPairTest {
  private static final int FILES = 12;

  @TempDir Path folder;
  private HdfsServer server;

  @BeforeEach
  void start() {
    server = HdfsServer.pair(folder.resolve("hdfs"));
    server.makeFolder("/road", "etl", "750");
    server.writeClientConfiguration(folder.resolve("conf"), "pair");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Process run(String name, String text) throws IOException {
    Path pipeline =
        Files.writeString(
            folder.resolve(name + ".yaml"),
            "name: " + name + "\n" + text + "settings: {hadoop: {hadoop.user.name: etl}}\n");
    ProcessBuilder builder =
        JavaProcess.of(
            "dev.sluice.runner.cli.Main", "run", pipeline.toString(), "--progress", "json");
    builder.environment().put("HADOOP_CONF_DIR", folder.resolve("conf").toString());
    return builder.redirectOutput(folder.resolve("out-" + name).toFile()).start();
  }

  @Test
  void theOtherNameNodeTakesOverInMidRun() throws Exception {
    Path input = Files.createDirectory(folder.resolve("input"));
    for (int i = 0; i < FILES; i++) {
      Files.writeString(input.resolve("f" + i + ".csv"), i + "\n");
    }
    Process writing =
        run(
            "writing",
            """
            source:
              format: csv
              path: input
              schema: {id: bigint}
              options: {maxFilesPerTrigger: 1}
            steps: [{dropDuplicates: {columns: [id]}}]
            trigger: availableNow
            sink: {format: csv, path: "hdfs:///road/out"}
            checkpointLocation: hdfs://pair/road/cp
            """);
    List<String> told = new ArrayList<>();
    int batches = 0;
    try (BufferedReader lines = writing.errorReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told.add(line);
        if (line.contains("\"batchId\"") && ++batches == 3) {
          server.failOver();
        }
      }
    } finally {
      writing.destroyForcibly();
    }
    assertThat(writing.waitFor()).as(told.toString()).isZero();
    assertThat(batches).as("batches after the change").isGreaterThan(3);
    Process reading =
        run(
            "reading",
            """
            source: {format: csv, path: "hdfs://pair/road/out", schema: {id: bigint}}
            trigger: availableNow
            sink: {format: csv, path: read}
            checkpointLocation: cp-read
            """);
    String errors = new String(reading.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(reading.waitFor()).as(errors).isZero();
    List<String> read = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("read"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".csv")).toList()) {
        read.addAll(Files.readAllLines(file));
      }
    }
    assertThat(read)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, FILES).mapToObj(Integer::toString).toList());
  }
}
