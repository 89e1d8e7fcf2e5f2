package dev.sluice.runner.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A query without state goes from Sluice to Spark and back on one checkpoint and one output folder:
 * no row is lost, none comes twice.
 */
@ExtendWith(LocalSpark.class)
class HandOverTest {
  private static final String SCHEMA = "id BIGINT, name STRING, amount DOUBLE, at TIMESTAMP";

  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void startSpark(SparkSession session) {
    spark = session;
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "json", "csv"})
  void sparkGoesOnWhereSluiceStopped(String format) throws Exception {
    write(0);
    write(1);
    sluice(format);
    String id = Files.readString(folder.resolve("checkpoint/metadata"));
    write(2);
    write(3);
    spark(format);
    assertThat(Files.readString(folder.resolve("checkpoint/metadata"))).isEqualTo(id);
    assertThat(offsets()).containsExactly("0", "1", "2", "3");
    assertThat(read(format)).isEqualTo(expected(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "json", "csv"})
  void sluiceGoesOnWhereSparkStopped(String format) throws Exception {
    write(0);
    write(1);
    spark(format);
    write(2);
    sluice(format);
    write(3);
    write(4);
    sluice(format);
    assertThat(offsets()).containsExactly("0", "1", "2", "3", "4");
    assertThat(read(format)).isEqualTo(expected(5));
  }

  @Test
  void handedOverManyTimesThroughCompaction() throws Exception {
    for (int i = 0; i < 24; i++) {
      write(i);
      if (i % 2 == 0) {
        sluice("json");
      } else {
        spark("json");
      }
    }
    assertThat(read("json")).isEqualTo(expected(24));
    assertThat(folder.resolve("output/_spark_metadata/19.compact")).exists();
    assertThat(folder.resolve("checkpoint/sources/0/19.compact")).exists();
  }

  @Test
  void batchThatSluicePlannedIsRunBySpark() throws Exception {
    write(0);
    sluice("json");
    write(1);
    sluice("json");
    // As if killed between the sink's commit and the end of the batch.
    Files.delete(folder.resolve("checkpoint/commits/1"));
    Files.delete(folder.resolve("checkpoint/commits/.1.crc"));
    write(2);
    spark("json");
    assertThat(read("json")).isEqualTo(expected(3));
  }

  /** A plan is not written later than the entry of the batch before: a power cut can take that. */
  @Test
  void sparkStartsWhereTheEntryOfTheBatchBeforeIsMissingToo() throws Exception {
    for (int i = 0; i < 3; i++) {
      write(i);
      sluice("json");
    }
    for (int batch = 1; batch <= 2; batch++) {
      Files.delete(folder.resolve("checkpoint/commits/" + batch));
      Files.delete(folder.resolve("checkpoint/commits/." + batch + ".crc"));
    }
    write(3);
    spark("json");
    assertThat(offsets()).containsExactly("0", "1", "2", "3");
    assertThat(read("json")).isEqualTo(expected(4));
  }

  private void write(int file) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input"));
    StringBuilder text = new StringBuilder("id,name,amount,at\n");
    for (int row = 0; row < 10; row++) {
      long id = file * 10L + row;
      text.append(id).append(",\"name, ").append(id).append("\",").append(id / 4.0);
      text.append(",2026-01-01T00:").append(String.format("%02d", file)).append(":00Z\n");
    }
    Path path = input.resolve("f" + file + ".csv");
    Files.writeString(path, text);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_767_225_600_000L + file * 1000L));
  }

  private void sluice(String format) throws IOException {
    Path file = folder.resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        name: hand-over
        source:
          format: csv
          path: input
          options: {header: true, maxFilesPerTrigger: 1}
          schema: {id: bigint, name: string, amount: double, at: timestamp}
        steps:
          - where: id %% 5 <> 0
          - select: [id, upper(name) AS name, amount * 2 AS amount, at]
        trigger: availableNow
        sink: {format: %s, path: output}
        checkpointLocation: checkpoint
        """
            .formatted(format));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (PrintStream out =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      int code = Main.run(List.of("run", file.toString()), out, errors, folder);
      assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    }
  }

  private void spark(String format) throws Exception {
    spark
        .readStream()
        .schema(SCHEMA)
        .option("header", "true")
        .option("maxFilesPerTrigger", 1)
        .csv(folder.resolve("input").toString())
        .where("id % 5 <> 0")
        .selectExpr("id", "upper(name) AS name", "amount * 2 AS amount", "at")
        .writeStream()
        .format(format)
        .option("path", folder.resolve("output").toString())
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
  }

  /** Batches that were planned, by number. */
  private List<String> offsets() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("checkpoint/offsets"))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> !n.startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** What a Spark reader that follows the sink's log sees. */
  private List<String> read(String format) {
    return spark
        .read()
        .schema(SCHEMA)
        .format(format)
        .load(folder.resolve("output").toString())
        .orderBy("id")
        .selectExpr("concat_ws('|', id, name, amount, at) AS line")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static List<String> expected(int files) {
    return Stream.iterate(0L, id -> id < files * 10L, id -> id + 1)
        .filter(id -> id % 5 != 0)
        .map(
            id ->
                String.format(
                    "%d|NAME, %d|%s|2026-01-01 00:%02d:00",
                    id, id, Double.toString(id / 2.0), id / 10))
        .toList();
  }
}
