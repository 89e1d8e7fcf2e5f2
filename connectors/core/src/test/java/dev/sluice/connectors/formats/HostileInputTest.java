package dev.sluice.connectors.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.bytes.Compression;
import dev.sluice.connectors.csv.CsvFormat;
import dev.sluice.connectors.json.JsonFormat;
import dev.sluice.connectors.text.TextFormat;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Garbage, endless records, broken compression: an error that names the file, or rows; no more. */
class HostileInputTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("a", AtomicType.INT),
          new Field("b", AtomicType.STRING),
          new Field("t", AtomicType.TIMESTAMP),
          new Field("_corrupt_record", AtomicType.STRING));
  private static final String ALPHABET = "a1,.\"'\\{}[]:\n\r\t -eE+tfnu0\0é😀/#;";

  @TempDir Path folder;

  @Test
  void garbageGivesRowsOrAnErrorThatNamesTheFile() throws IOException {
    Random random = new Random(11);
    int[] symbols = ALPHABET.codePoints().toArray();
    List<Map<String, String>> options =
        List.of(
            Map.of(),
            Map.of("multiLine", "true"),
            Map.of("mode", "DROPMALFORMED"),
            Map.of("mode", "FAILFAST"));
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(200); i > 0; i--) {
        text.appendCodePoint(symbols[random.nextInt(symbols.length)]);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      if (bytes.length > 0 && round % 3 == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Path file = folder.resolve("garbage");
      Files.write(file, bytes);
      for (FileFormat format : List.of(new CsvFormat(), new JsonFormat())) {
        for (Map<String, String> some : options) {
          readOrNamed(format, file, some);
        }
      }
    }
  }

  private static void readOrNamed(FileFormat format, Path file, Map<String, String> options)
      throws IOException {
    try {
      FormatFiles.infer(format, file, options);
      FormatFiles.read(format, file, SCHEMA, SCHEMA, options);
    } catch (PipelineException e) {
      assertThat(e).hasMessageContaining(file.toString());
    }
  }

  @Test
  void anEndlessRecordIsAnErrorWithItsByte() {
    assertEndless(new CsvFormat(), "1,\"", Map.of("multiLine", "true"));
    assertEndless(new CsvFormat(), "1,", Map.of());
    assertEndless(new JsonFormat(), "{\"a\":\"", Map.of());
    assertEndless(new JsonFormat(), "[[[[", Map.of("multiLine", "true"));
    assertEndless(new TextFormat(), "", Map.of("wholetext", "true"));
  }

  private static void assertEndless(FileFormat format, String begin, Map<String, String> options) {
    byte[] first = begin.getBytes(StandardCharsets.UTF_8);
    FileInput endless =
        new FileInput() {
          @Override
          public long length() {
            return 1L << 40;
          }

          @Override
          public int read(long position, byte[] into, int offset, int length) {
            Arrays.fill(into, offset, offset + length, (byte) 'x');
            for (long at = position; at < first.length && at - position < length; at++) {
              into[offset + (int) (at - position)] = first[(int) at];
            }
            return length;
          }

          @Override
          public void close() {}
        };
    Schema schema = format.needsSchema() ? SCHEMA : TextFormat.SCHEMA;
    FileStatus status = new FileStatus("/data/endless.txt", 1L << 40, 0, false);
    assertThatThrownBy(
            () -> {
              try (BatchReader reader =
                  format
                      .reader(schema, Options.of(format.options(), options), Session.DEFAULT)
                      .open(
                          status,
                          endless,
                          0,
                          status.length(),
                          new ScanRequest(schema, List.of(), 4096))) {
                reader.next();
              }
            })
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("/data/endless.txt")
        .hasMessageContaining("byte 0")
        .hasMessageContaining("limit");
  }

  @Test
  void failFastNamesFileAndLine() throws IOException {
    Path file = folder.resolve("bad.csv");
    Files.writeString(file, "1,x\r\n2,y\r\nthree,z\r\n");
    Schema schema = SCHEMA.select(0, 1);
    assertThatThrownBy(
            () ->
                FormatFiles.read(new CsvFormat(), file, schema, schema, Map.of("mode", "FAILFAST")))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(file + ":3: ")
        .hasMessageContaining("three,z");
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void compressedFilesReadBackAndBrokenOnesAreNamed(Compression compression) throws IOException {
    byte[] text = ("line of text 0123456789\n".repeat(30_000)).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = compression.writer(bytes)) {
      out.write(text);
    }
    Path file = folder.resolve("data.txt" + compression.extension());
    Files.write(file, bytes.toByteArray());
    assertThat(
            FormatFiles.read(
                new TextFormat(), file, TextFormat.SCHEMA, TextFormat.SCHEMA, Map.of()))
        .hasSize(30_000);
    if (compression == Compression.NONE) {
      return;
    }
    for (int part = 1; part < 8; part++) {
      byte[] broken = Arrays.copyOf(bytes.toByteArray(), bytes.size() * part / 8);
      Files.write(file, broken);
      assertNamedOrFewer(file);
      byte[] flipped = bytes.toByteArray();
      flipped[flipped.length * part / 8] ^= 0x55;
      Files.write(file, flipped);
      assertNamedOrFewer(file);
    }
  }

  private static void assertNamedOrFewer(Path file) throws IOException {
    try {
      FormatFiles.read(new TextFormat(), file, TextFormat.SCHEMA, TextFormat.SCHEMA, Map.of());
    } catch (PipelineException e) {
      assertThat(e).hasMessageContaining(file.toString());
    }
  }

  @Test
  void projectionOfNothingCountsRows() throws IOException {
    Path file = folder.resolve("some.csv");
    Files.writeString(file, "1,x\n2\n\n3,y,z\n");
    long rows = 0;
    CsvFormat format = new CsvFormat();
    try (BatchReader reader =
        format
            .reader(SCHEMA, Options.of(format.options(), Map.of()), Session.DEFAULT)
            .open(
                FormatFiles.status(file),
                FormatFiles.STORE.open(file.toString()),
                0,
                Files.size(file),
                new ScanRequest(Schema.EMPTY, List.of(), 4096))) {
      for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
        rows += batch.rows();
      }
    }
    assertThat(rows).isEqualTo(3);
  }

  @Test
  void encodingsAreReadAsUtf8() throws IOException {
    for (String encoding : List.of("UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32", "ISO-8859-1")) {
      Path file = folder.resolve("encoded");
      Files.write(file, "1,é\n2,ü\n".getBytes(encoding));
      Schema schema = SCHEMA.select(0, 1);
      Stream<String> texts =
          FormatFiles.read(new CsvFormat(), file, schema, schema, Map.of("encoding", encoding))
              .stream()
              .map(String::valueOf);
      assertThat(texts).containsExactly("[1, é]", "[2, ü]");
    }
  }
}
