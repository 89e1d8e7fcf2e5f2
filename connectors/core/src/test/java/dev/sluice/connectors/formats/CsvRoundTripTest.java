package dev.sluice.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.csv.CsvFormat;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written as CSV is read back the same. */
class CsvRoundTripTest {
  private static final String ALPHABET = "ab1,\"\\ \n\r;|#é😀";
  private static final Schema SCHEMA =
      Schema.of(
          new Field("n", AtomicType.BIGINT),
          new Field("s", AtomicType.STRING),
          new Field("d", AtomicType.DOUBLE),
          new Field("t", AtomicType.TIMESTAMP),
          new Field("u", AtomicType.STRING));

  @TempDir Path folder;

  @Test
  void randomRowsComeBack() throws IOException {
    Random random = new Random(3);
    CsvFormat format = new CsvFormat();
    Map<String, String> write =
        Map.of("ignoreLeadingWhiteSpace", "false", "ignoreTrailingWhiteSpace", "false");
    FileFormat.Writer writer =
        format.writer(SCHEMA, Options.of(format.writeOptions(), write), Session.DEFAULT);
    for (int round = 0; round < 30; round++) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        rows.add(
            Arrays.asList(
                (long) i,
                text(random),
                random.nextInt(4) == 0 ? null : random.nextGaussian() * 1e6,
                random.nextLong(4_000_000_000L) * 1_000_000,
                text(random)));
      }
      Path file = folder.resolve(round + writer.suffix());
      try (FileOutput out = FormatFiles.STORE.create(file.toString())) {
        FileFormat.FileWriter opened = writer.open(out);
        opened.write(batch(rows));
        opened.finish();
        out.commit();
      }
      assertThat(FormatFiles.read(format, file, SCHEMA, SCHEMA, Map.of("multiLine", "true")))
          .isEqualTo(rows);
    }
  }

  // An empty text comes back as null; \r\n as \n only where lines end so.
  private static @Nullable String text(Random random) {
    int[] symbols = ALPHABET.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(symbols[random.nextInt(symbols.length)]);
    }
    String made = text.toString().replace("\r", "");
    return made.isEmpty() ? null : made;
  }

  private static Batch batch(List<List<@Nullable Object>> rows) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < SCHEMA.size(); i++) {
      ColumnBuilder builder = ColumnBuilder.of(SCHEMA.field(i).type(), rows.size());
      for (List<@Nullable Object> row : rows) {
        builder.appendValue(row.get(i));
      }
      columns.add(builder.build());
    }
    return new Batch(SCHEMA, columns, rows.size());
  }
}
