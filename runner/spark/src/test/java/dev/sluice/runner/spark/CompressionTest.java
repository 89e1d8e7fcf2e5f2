package dev.sluice.runner.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import dev.sluice.runner.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compressed text files of each kind, written by one and read by the other. */
@ExtendWith(LocalSpark.class)
class CompressionTest {
  private static final int ROWS = 40_000;
  private static final String SCHEMA = "id BIGINT, name STRING";

  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void startSpark(SparkSession session) {
    spark = session;
  }

  @ParameterizedTest
  @CsvSource({
    "csv, gzip, .csv.gz",
    "csv, bzip2, .csv.bz2",
    "csv, lz4, .csv.lz4",
    "csv, snappy, .csv.snappy",
    "csv, deflate, .csv.deflate",
    "json, gzip, .json.gz",
    "json, lz4, .json.lz4",
    "text, snappy, .txt.snappy",
    "text, bzip2, .txt.bz2"
  })
  void eachReadsWhatTheOtherWrote(String format, String compression, String suffix)
      throws IOException {
    // Spark writes, Sluice copies, Spark reads.
    String columns = format.equals("text") ? "value STRING" : SCHEMA;
    String spark1 = folder.resolve("spark").toString();
    spark
        .range(ROWS)
        .selectExpr(
            format.equals("text")
                ? "concat('line ', id, ' of some length ', id % 7) AS value"
                : "id",
            format.equals("text") ? "'' AS name" : "concat('name ', id % 1000) AS name")
        .selectExpr(format.equals("text") ? new String[] {"value"} : new String[] {"id", "name"})
        .write()
        .format(format)
        .option("compression", compression)
        .save(spark1);
    assertThat(dataFiles(Path.of(spark1))).isNotEmpty().allMatch(name -> name.endsWith(suffix));
    copy(format, format.equals("text") ? "" : ", schema: \"" + SCHEMA + "\"", compression);
    assertThat(dataFiles(folder.resolve("sluice"))).isNotEmpty().allMatch(n -> n.endsWith(suffix));
    List<String> ours = rows(format, columns, folder.resolve("sluice").toString());
    assertThat(ours).hasSize(ROWS).isEqualTo(rows(format, columns, spark1));
  }

  /** Spark writes it only with Hadoop's native code; the library that Parquet uses stands in. */
  @Test
  void zstandardIsThatOfTheReferenceLibrary() throws IOException {
    byte[] lines =
        LongStream.range(0, ROWS)
            .mapToObj(id -> "line " + id % 777 + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(folder.resolve("spark"));
    Files.write(folder.resolve("spark/part-0.txt.zst"), Zstd.compress(lines));
    copy("text", "", "zstd");
    try (Stream<Path> files = Files.list(folder.resolve("sluice"))) {
      Path file = files.filter(f -> f.toString().endsWith(".txt.zst")).findFirst().orElseThrow();
      try (ZstdInputStream in = new ZstdInputStream(Files.newInputStream(file))) {
        assertThat(in.readAllBytes()).isEqualTo(lines);
      }
    }
  }

  private void copy(String format, String schema, String compression) throws IOException {
    Path pipeline = folder.resolve("pipeline.yaml");
    Files.writeString(
        pipeline,
        """
        name: copy
        source: {format: %s, path: spark%s}
        trigger: availableNow
        sink: {format: %s, path: sluice, options: {compression: %s}}
        checkpointLocation: checkpoint
        """
            .formatted(format, schema, format, compression));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            List.of("run", pipeline.toString()),
            new PrintStream(new ByteArrayOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            folder);
    assertThat(code).as(() -> err.toString(StandardCharsets.UTF_8)).isZero();
  }

  private static List<String> rows(String format, String columns, String path) {
    List<String> rows = new ArrayList<>();
    for (Row row : spark.read().format(format).schema(columns).load(path).collectAsList()) {
      rows.add(row.toString());
    }
    rows.sort(null);
    return rows;
  }

  private static List<String> dataFiles(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("part-"))
          .toList();
    }
  }
}
