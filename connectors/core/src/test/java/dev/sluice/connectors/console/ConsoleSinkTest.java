package dev.sluice.connectors.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleSinkTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private static Schema schema(Object... namesAndTypes) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      fields.add(new Field((String) namesAndTypes[i], (DataType) namesAndTypes[i + 1]));
    }
    return new Schema(fields);
  }

  private static Batch batch(Schema schema, List<List<Object>> rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), rows.size());
      for (List<Object> row : rows) {
        builder.appendValue(row.get(c));
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows.size());
  }

  private String print(Map<String, String> options, Schema schema, List<List<Object>> rows) {
    ConsoleSinkType type = new ConsoleSinkType();
    LocalFileStore files = new LocalFileStore();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    SinkContext context = SinkContexts.of("q", any -> files).out(out).build();
    try (Sink sink =
            type.open(
                schema,
                List.of(),
                OutputMode.APPEND,
                Options.of(type.options(), options),
                context);
        Write write = sink.begin(7)) {
      Write.Part part = write.part(0);
      part.write(batch(schema, rows));
      part.finish();
      assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
      write.commit();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void drawsSparksTableAlignedRight() {
    assertThat(
            print(
                Map.of(),
                schema("id", AtomicType.BIGINT, "a long name", AtomicType.STRING),
                List.of(
                    Arrays.asList(1L, "x"),
                    Arrays.asList(22222L, null),
                    Arrays.asList(3L, "abcdefghijklmnopqrstuvwxyz"))))
        .isEqualTo(
            """
            -------------------------------------------
            Batch: 7
            -------------------------------------------
            +-----+--------------------+
            |   id|         a long name|
            +-----+--------------------+
            |    1|                   x|
            |22222|                NULL|
            |    3|abcdefghijklmnopq...|
            +-----+--------------------+

            """);
  }

  @Test
  void alignsLeftWhenNothingIsCut() {
    assertThat(
            print(
                Map.of("truncate", "false"),
                schema("id", AtomicType.BIGINT, "s", AtomicType.STRING),
                List.of(List.of(1L, "abcdefghijklmnopqrstuvwxyz"))))
        .contains(
            """
            +---+--------------------------+
            |id |s                         |
            +---+--------------------------+
            |1  |abcdefghijklmnopqrstuvwxyz|
            +---+--------------------------+

            """);
  }

  @Test
  void saysThatThereAreMoreRows() {
    Schema schema = schema("v", AtomicType.INT);
    assertThat(print(Map.of("numRows", "1"), schema, List.of(List.of(1), List.of(2))))
        .endsWith("|  1|\n+---+\nonly showing top 1 row\n\n");
  }

  @Test
  void drawsAnEmptyBatch() {
    assertThat(print(Map.of(), schema("value", AtomicType.STRING), List.of()))
        .endsWith("+-----+\n|value|\n+-----+\n+-----+\n\n");
  }

  @Test
  void controlCharactersCannotSteerTheTerminal() {
    assertThat(
            print(
                Map.of("truncate", "false"),
                schema("v", AtomicType.STRING),
                List.of(List.of("\u001b[2J\n\u009b"))))
        .contains("|\\u001b[2J\\n\\u009b|");
  }

  @Test
  void wideLettersTakeTwoPlaces() {
    assertThat(
            print(
                Map.of(), schema("v", AtomicType.STRING), List.of(List.of("日本"), List.of("abcd"))))
        .contains("+----+\n|   v|\n+----+\n|日本|\n|abcd|\n+----+\n");
  }

  @Test
  void showsNestedValuesAsSpark() {
    Schema schema =
        schema(
            "a", new ArrayType(AtomicType.INT, true),
            "m", new MapType(AtomicType.STRING, AtomicType.DOUBLE, true),
            "s",
                new StructType(
                    List.of(new Field("x", AtomicType.BINARY), new Field("y", AtomicType.DATE))),
            "d", new DecimalType(10, 3),
            "t", AtomicType.TIMESTAMP);
    assertThat(
            print(
                Map.of("truncate", "false"),
                schema,
                List.of(
                    List.of(
                        Arrays.asList(1, null),
                        List.of(Map.entry("k", 1e10)),
                        Arrays.asList(new byte[] {10, -1}, null),
                        new BigDecimal("0.001"),
                        1_500_000L))))
        .contains("|[1, NULL]|{k -> 1.0E10}|{[0A FF], NULL}|0.001|1970-01-01 00:00:01.5|");
  }

  @Test
  void jsonLinesAreThoseOfSparksWriter() {
    Schema schema =
        schema(
            "i", AtomicType.INT,
            "n", AtomicType.STRING,
            "t", AtomicType.TIMESTAMP,
            "a", new ArrayType(AtomicType.DOUBLE, true),
            "b", AtomicType.BINARY,
            "d", AtomicType.DATE);
    assertThat(
            print(
                Map.of("style", "json"),
                schema,
                List.of(
                    Arrays.asList(
                        1, null, 1_234_567L, Arrays.asList(Double.NaN, null), new byte[] {1}, 0))))
        .isEqualTo(
            "{\"batchId\":7,\"row\":{\"i\":1,\"t\":\"1970-01-01T00:00:01.234Z\","
                + "\"a\":[\"NaN\",null],\"b\":\"AQ==\",\"d\":\"1970-01-01\"}}\n");
  }
}
