package dev.sluice.runner.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import dev.sluice.runner.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ORC and Avro files of all types, written by one and read by the other; values in Avro. */
@ExtendWith(LocalSpark.class)
class FileFormatsTest {
  private static final String FLAT =
      """
      SELECT * FROM VALUES
      (1, true, 1Y, 2S, 4L, 1.5F, 2.5D, 'text', X'00FF', DATE'2024-02-29',
       TIMESTAMP'2024-02-29 12:34:56.789012', TIMESTAMP_NTZ'1969-12-31 23:59:59.999999', 1.25BD,
       CAST(-1 AS DECIMAL(18,0)), CAST('1234567890123456789012.12345678' AS DECIMAL(38,8))),
      (2, false, -128Y, -32768S, -9223372036854775808L, float('NaN'), double('-Infinity'), '', X'',
       DATE'0001-01-01', TIMESTAMP'0001-01-01 00:00:00', TIMESTAMP_NTZ'0001-01-01 00:00:00',
       -1.25BD, 999999999999999999BD, CAST('-999999999999.99999999' AS DECIMAL(38,8))),
      (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (4, true, 127Y, 32767S, 9223372036854775807L, -0.0F, 1e-300D, '\u00fcml\u00e4ut', X'0102',
       DATE'9999-12-31', TIMESTAMP'9999-12-31 23:59:59.999999',
       TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', 0BD, 0BD, 0BD),
      (5, true, 0Y, 0S, 0L, 1F, 4.9E-324D, 'a,b', X'61', DATE'1582-10-04',
       TIMESTAMP'1969-12-31 23:59:59.000001', TIMESTAMP_NTZ'1582-10-14 00:00:00', 9.99BD, 1BD, 1BD)
      AS t(id, b, t, s, l, f, d, str, bin, dt, ts, ntz, d1, d3, d4)
      """;

  private static final String NESTED =
"""
SELECT * FROM VALUES
(1, array(array(1, 2), NULL, array()),
 map('k', map('j', array(named_struct('p', 1.25BD, 'q', DATE'2020-01-01')))),
 array(named_struct('a', TIMESTAMP'2020-01-01 00:00:00.1', 'b', X'01')), 'p1', 10),
(2, NULL, map('k', NULL), array(NULL, named_struct('a', NULL, 'b', NULL)), 'p 2/\u00fc', NULL),
(3, array(array()), map(), array(), NULL, 5)
AS t(id, aa, mm, sa, p, q)
""";

  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void startSpark(SparkSession session) {
    spark = session;
  }

  @ParameterizedTest
  @CsvSource({
    "orc, none",
    "orc, snappy",
    "orc, zlib",
    "orc, lzo",
    "orc, lz4",
    "orc, zstd",
    "avro, uncompressed",
    "avro, snappy",
    "avro, deflate",
    "avro, bzip2",
    "avro, xz",
    "avro, zstandard"
  })
  void eachReadsTheFilesOfTheOther(String format, String compression) throws IOException {
    write(FLAT, "parquet", "base", Map.of());
    write(FLAT, format, "spark", Map.of("compression", compression));
    sluice("parquet", "base", format, "sluice", "options: {compression: " + compression + "}");
    sluice(format, "spark", "parquet", "back", "");

    Dataset<Row> own = read(format, "spark");
    Dataset<Row> other = read(format, "sluice");
    assertThat(other.schema().catalogString()).isEqualTo(own.schema().catalogString());
    assertThat(rows(other)).isEqualTo(rows(own));
    assertThat(rows(read("parquet", "back"))).isEqualTo(rows(own));
  }

  @ParameterizedTest
  @ValueSource(strings = {"orc", "avro"})
  void nestedValuesAndPartitions(String format) throws IOException {
    write(NESTED, "parquet", "base", Map.of());
    spark.sql(NESTED).coalesce(1).write().format(format).partitionBy("p", "q").save(at("spark"));
    sluice("parquet", "base", format, "sluice", "partitionBy: [p, q]");
    sluice(format, "spark", "parquet", "back", "");

    Dataset<Row> own = read(format, "spark");
    Dataset<Row> other = read(format, "sluice");
    assertThat(other.schema().catalogString()).isEqualTo(own.schema().catalogString());
    assertThat(rows(other)).isEqualTo(rows(own));
    assertThat(rows(read("parquet", "back"))).isEqualTo(rows(own));
  }

  @ParameterizedTest
  @CsvSource({
    "orc, 'id BIGINT, STR STRING, missing DOUBLE'",
    "orc, 'l INT, d FLOAT, s STRING'",
    "orc, 'str INT, dt STRING, ts STRING'",
    "orc, 'd1 DOUBLE, d3 BIGINT, d4 STRING'",
    "avro, 'id BIGINT, STR STRING, missing DOUBLE'",
    "avro, 's BIGINT, f DOUBLE, dt TIMESTAMP_NTZ'",
  })
  void columnsAreReadAsAnotherType(String format, String columns) throws IOException {
    write(FLAT, format, "spark", Map.of());
    sluice(format + ", schema: \"" + columns + "\"", "spark", "parquet", "back", "");
    assertThat(rows(read("parquet", "back")))
        .isEqualTo(rows(spark.read().schema(columns).format(format).load(at("spark"))));
  }

  @Test
  void schemasOfSeveralFilesAreMerged() throws IOException {
    write("SELECT 1 AS a, named_struct('p', 1) AS s, 1.5BD AS d", "orc", "spark/x", Map.of());
    write("SELECT named_struct('q', 'z') AS s, 22.5BD AS d, 2 AS c", "orc", "spark/y", Map.of());
    String options = "recursiveFileLookup: true, mergeSchema: true";
    sluice("orc, options: {" + options + "}", "spark", "parquet", "back", "");
    Dataset<Row> own =
        spark
            .read()
            .option("recursiveFileLookup", "true")
            .option("mergeSchema", "true")
            .orc(at("spark"));
    Dataset<Row> other = read("parquet", "back");
    assertThat(other.schema().catalogString()).isEqualTo(own.schema().catalogString());
    assertThat(rows(other)).isEqualTo(rows(own));
  }

  @Test
  void rowsPassedOverInOrcAreThoseThatDoNotMatch() throws IOException {
    write(
"""
SELECT id, IF(id % 7 = 0, NULL, id % 1000) AS i, CAST(id AS STRING) AS s, id / 8 AS d,
  CAST(id AS DECIMAL(10, 2)) AS m, date_from_unix_date(CAST(id % 5000 AS INT) - 2500) AS dt,
  timestamp_seconds(id * 1000 - 15000000) AS ts, id % 3 = 0 AS b
FROM range(0, 30000, 1, 1)
""",
        "orc", "spark", Map.of("orc.row.index.stride", "1000", "orc.stripe.size", "65536"));
    List<String> different = new ArrayList<>();
    for (String condition :
        List.of(
            "id = 17",
            "id > 29000",
            "id BETWEEN 10 AND 20",
            "NOT (id > 5)",
            "i IS NULL AND id < 100",
            "i IS NOT NULL AND id > 29990",
            "i <=> NULL",
            "i <=> 5",
            "s = '123'",
            "s > '99'",
            "s LIKE '2999%'",
            "s IN ('5', '29999')",
            "d = 0.125",
            "d > 3749",
            "d < -0.0",
            "m = 17.00",
            "m > 29999",
            "dt = DATE'1970-01-01'",
            "dt < DATE'1963-03-01'",
            "ts = TIMESTAMP'1970-01-01 00:00:00'",
            "ts < TIMESTAMP'1969-07-12 00:00:00'",
            "b AND id < 10",
            "NOT b AND id < 10",
            "id = 17 OR s = '18'",
            "NOT (id = 17 OR i IS NULL) AND id < 40",
            "id = 17.5",
            "id + 1 = 18",
            "i = 5 AND d > 3000")) {
      String sql =
          "SELECT count(*) AS n, sum(id) AS s FROM orc.`" + at("spark") + "` WHERE " + condition;
      if (!ofSpark(sql).equals(ofSluice(sql))) {
        different.add(condition + ": " + ofSluice(sql) + ", on Spark " + ofSpark(sql));
      }
    }
    assertThat(different).isEmpty();
  }

  @Test
  void valuesInAvroAreThoseOfSpark() {
    String record =
        "'{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},"
            + "{\"name\":\"b\",\"type\":[\"null\",\"string\"],\"default\":null},"
            + "{\"name\":\"u\",\"type\":[\"int\",\"string\",\"null\"]}]}'";
    List<String> different = new ArrayList<>();
    for (String expression :
        List.of(
            "hex(to_avro(named_struct('a', 1, 'b', array('x', NULL), 'c', map('k', 1.5BD))))",
            "hex(to_avro(named_struct('a', x, 'b', DATE'2020-01-01'))) FROM VALUES (1), (NULL)"
                + " t(x)",
            "hex(to_avro(x)) FROM VALUES (1), (2) t(x)",
            "hex(to_avro(TIMESTAMP'1960-01-01 00:00:00.000001', '\"long\"'))",
            "hex(to_avro(1, '\"long\"'))",
            "hex(to_avro(named_struct('B', 'x', 'a', 7), " + record + "))",
            "hex(to_avro(named_struct('a', 7, 'u', named_struct('member0', CAST(NULL AS INT),"
                + " 'member1', 'q')), "
                + record
                + "))",
            "from_avro(X'0202026102027a', " + record + ")",
            "from_avro(X'02000004', " + record + ")",
            "from_avro(X'020004', " + record + ")",
            "from_avro(X'0202', " + record + ")",
            "from_avro(X'0202', " + record + ", map('mode', 'PERMISSIVE'))",
            "from_avro(X'0202', " + record + ", map('mode', 'DROPMALFORMED'))",
            "from_avro(X'04', '\"int\"', map('avroSchema', '\"double\"'))",
            "schema_of_avro(" + record + ")",
            "schema_of_avro("
                + record
                + ", map('enableStableIdentifiersForUnionType', 'true',"
                + " 'stableIdentifierPrefixForUnionType', 'm_'))")) {
      String[] parts = expression.split(" FROM VALUES ", 2);
      String sql =
          "SELECT to_json(struct("
              + parts[0]
              + " AS v)) AS j"
              + (parts.length > 1 ? " FROM VALUES " + parts[1] : "");
      if (!ofSpark(sql).equals(ofSluice(sql))) {
        different.add(expression + ": " + ofSluice(sql) + ", on Spark " + ofSpark(sql));
      }
    }
    assertThat(different).isEmpty();
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private void write(String sql, String format, String to, Map<String, String> options) {
    spark.sql(sql).coalesce(1).write().format(format).options(options).save(at(to));
  }

  private Dataset<Row> read(String format, String from) {
    return spark.read().format(format).load(at(from));
  }

  private static List<String> rows(Dataset<Row> rows) {
    return rows.toJSON().collectAsList().stream().sorted().toList();
  }

  private void sluice(String format, String from, String sink, String to, String more)
      throws IOException {
    Path pipeline = folder.resolve(to + ".yaml");
    Files.writeString(
        pipeline,
        """
        name: copy
        source: {path: %s, format: %s}
        trigger: availableNow
        sink:
          format: %s
          path: %s
          %s
        checkpointLocation: checkpoints/%s
        """
            .formatted(from, format, sink, to, more, to));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            List.of("run", pipeline.toString()),
            new PrintStream(new ByteArrayOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            folder);
    assertThat(code).as(() -> err.toString(StandardCharsets.UTF_8)).isZero();
  }

  /** The values of the rows, or that there is an error. */
  private static List<List<String>> ofSpark(String sql) {
    try {
      List<List<String>> rows = new ArrayList<>();
      for (Row row : spark.sql(sql).collectAsList()) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < row.length(); i++) {
          values.add(String.valueOf(row.get(i)));
        }
        rows.add(values);
      }
      return rows;
    } catch (Exception e) {
      return List.of(List.of("an error"));
    }
  }

  private static List<List<String>> ofSluice(String sql) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream silent = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    List<String> names = sql.startsWith("SELECT count") ? List.of("n", "s") : List.of("j");
    if (Main.run(List.of("sql", "--format", "json", sql), print, silent, Path.of(".")) != 0) {
      return List.of(List.of("an error"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).strip().split("\n")) {
      Map<String, @Nullable Object> row = Json.parseObject(line);
      rows.add(names.stream().map(name -> Objects.toString(row.get(name))).toList());
    }
    return rows;
  }
}
