package dev.sluice.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.csv.CsvFormat;
import dev.sluice.connectors.json.JsonFormat;
import dev.sluice.connectors.text.TextFormat;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However a file is cut into regions and batches, each record comes out once. */
class SplitInvarianceTest {
  private static final Schema CSV =
      Schema.of(
          new Field("a", AtomicType.INT),
          new Field("b", AtomicType.STRING),
          new Field("c", AtomicType.DOUBLE));
  private static final String[] LINE_ENDS = {"\n", "\r\n", "\r"};
  private final Random random = new Random(7);
  @TempDir Path folder;

  @Test
  void everyCutOfCsvGivesTheSameRows() throws IOException {
    for (String lineEnd : LINE_ENDS) {
      StringBuilder text = new StringBuilder("a,b,c" + lineEnd);
      for (int i = 0; i < 40; i++) {
        text.append(i).append(',').append(field(i)).append(',').append(i / 4.0).append(lineEnd);
        if (i % 7 == 0) {
          text.append(lineEnd);
        }
      }
      everyCut(new CsvFormat(), text.toString(), CSV, Map.of("header", "true"));
    }
  }

  @Test
  void everyCutOfJsonGivesTheSameRows() throws IOException {
    for (String lineEnd : LINE_ENDS) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 25; i++) {
        text.append("{\"a\":")
            .append(i)
            .append(",\"b\":\"x")
            .append("é".repeat(i % 4))
            .append("\"}");
        text.append(i == 24 ? "" : lineEnd);
      }
      everyCut(new JsonFormat(), text.toString(), CSV, Map.of());
    }
  }

  @Test
  void everyCutOfTextGivesTheSameRows() throws IOException {
    everyCut(
        new TextFormat(), "one\ntwo\r\n\r\n\rthree\r\rfour\n\nend", TextFormat.SCHEMA, Map.of());
  }

  @Test
  void ownLineSeparatorsAreCutToo() throws IOException {
    everyCut(new TextFormat(), "one;two;;three\n;four", TextFormat.SCHEMA, Map.of("lineSep", ";"));
  }

  private String field(int i) {
    return switch (i % 5) {
      case 0 -> "\"q,q\"";
      case 1 -> "\"es\\\"c\"";
      case 2 -> "";
      case 3 -> "word" + random.nextInt(1000);
      default -> "\"\"";
    };
  }

  private void everyCut(FileFormat format, String text, Schema schema, Map<String, String> options)
      throws IOException {
    Path file = Files.createTempFile(folder, "in", ".txt");
    Files.writeString(file, text);
    List<List<@Nullable Object>> whole = FormatFiles.read(format, file, schema, schema, options);
    assertThat(whole).isNotEmpty();
    long length = Files.size(file);
    for (long cut = 0; cut <= length; cut++) {
      int rows = 1 + random.nextInt(9);
      List<List<@Nullable Object>> parts = new ArrayList<>();
      long second = cut + random.nextInt((int) (length - cut) + 1);
      long[] bounds = {0, cut, second, length};
      for (int i = 0; i < 3; i++) {
        parts.addAll(
            FormatFiles.read(
                format, file, schema, schema, options, bounds[i], bounds[i + 1], rows));
      }
      assertThat(parts).as("cut at %d and %d of %s", cut, second, text).isEqualTo(whole);
    }
  }
}
