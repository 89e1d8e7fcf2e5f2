package dev.sluice.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.connectors.bytes.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Input that is not there, not readable or not what it says: told in one line that names the file,
 * nothing is lost, and a later run gives the whole output.
 */
class BadInputTest {
  private static final List<String> ROWS =
      List.of("{\"id\":1,\"word\":\"a\"}", "{\"id\":2,\"word\":\"b\"}");

  @TempDir Path folder;
  private PipelineFolder bench;

  @BeforeEach
  void opens() {
    bench = new PipelineFolder(folder);
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  /** So many bytes of one line again and again, in a thousandth of their length. */
  static byte[] bomb(String line, long length) throws IOException {
    byte[] member = gzip(line.repeat((16 << 20) / line.length()).getBytes(UTF_8));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (long done = 0; done < length; done += 16 << 20) {
      bytes.write(member);
    }
    return bytes.toByteArray();
  }

  @Test
  void missingSourceFolderIsNamedAndMayComeLater() throws IOException {
    bench.pipeline("csv", "", "");
    bench.fails(
        Main.FAILED,
        "error[PATH_NOT_FOUND]: source: the path '" + folder.resolve("in") + "'",
        "; create");
    assertThat(folder.resolve("out")).doesNotExist();
    bench.put("in/a.csv", "1,a\n2,b\n");
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(ROWS);
  }

  @Test
  void linesOfTextAreOneStringWhateverIsDeclared() throws IOException {
    bench.put("in/a.txt", "1 a\n");
    bench.pipeline(
        """
        name: q
        source: {format: text, path: in, schema: {id: bigint, name: string}}
        trigger: availableNow
        sink: {format: console}
        checkpointLocation: cp
        """);
    assertThat(bench.run().err())
        .contains("'text' files hold one string a line, and 2 columns are declared");
  }

  @Test
  void fileInThePlaceOfTheSinksFolderIsNamed() throws IOException {
    bench.pipeline("csv", "", "");
    bench.put("in/a.csv", "1,a\n2,b\n");
    bench.put("out", "in the way");
    bench.fails(Main.FAILED, "'" + folder.resolve("out"));
    Files.delete(folder.resolve("out"));
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(ROWS);
  }

  @Test
  void fileInThePlaceOfTheCheckpointIsNamed() throws IOException {
    bench.pipeline("csv", "", "");
    bench.put("in/a.csv", "1,a\n2,b\n");
    bench.put("cp", "in the way");
    bench.fails(
        Main.FAILED,
        "error[checkpoint-unavailable]: the checkpoint '" + folder.resolve("cp") + "'");
    Files.delete(folder.resolve("cp"));
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(ROWS);
  }

  @Test
  void fileWithoutPermissionIsNamed() throws IOException {
    assumeTrue(!System.getProperty("user.name").equals("root"), "root may read everything");
    bench.pipeline("csv", "", "");
    Path file = bench.put("in/a.csv", "1,a\n2,b\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    bench.fails(Main.FAILED, "'" + file + "': permission denied; let this user read it");
    bench.pipeline("csv", "ignoreCorruptFiles: true", "");
    bench.fails(Main.FAILED, "'" + file + "': permission denied; let this user read it");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(ROWS);
  }

  @Test
  void fileThatTheSystemCannotReadIsNamed() throws IOException {
    Path memory = Path.of("/proc/self/mem");
    assumeTrue(Files.exists(memory), "there is no file that nobody can read from its start");
    bench.pipeline("text", "", "");
    bench.pipeline(
        """
        name: q
        source: {format: text, path: in}
        trigger: availableNow
        sink: {format: text, path: out}
        checkpointLocation: cp
        """);
    bench.put("in/a.txt", "a\n");
    Files.createSymbolicLink(folder.resolve("in/b.txt"), memory);
    bench.fails(Main.FAILED, "'" + folder.resolve("in/b.txt") + "'", "ignoreCorruptFiles");
    Files.delete(folder.resolve("in/b.txt"));
    bench.put("in/b.txt", "b\n");
    bench.succeeds();
    assertThat(bench.rows()).containsExactly("a", "b");
  }

  @Test
  void linksThatLeadNowhereOrInCirclesAreNoFiles() throws IOException {
    bench.pipeline("csv", "recursiveFileLookup: true", "");
    bench.put("in/a.csv", "1,a\n2,b\n");
    Files.createSymbolicLink(folder.resolve("in/gone.csv"), folder.resolve("nowhere"));
    Files.createSymbolicLink(folder.resolve("in/self.csv"), folder.resolve("in/self.csv"));
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(ROWS);
  }

  @Test
  void folderThatContainsItselfIsReadOnce() throws IOException {
    bench.pipeline("csv", "recursiveFileLookup: true", "");
    bench.put("in/deep/a.csv", "1,a\n2,b\n");
    Files.createSymbolicLink(folder.resolve("in/deep/loop"), folder.resolve("in"));
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(ROWS);
  }

  @Test
  void foldersThatContainEachOtherAreReadOnceByEachWay() throws IOException {
    bench.pipeline("csv", "recursiveFileLookup: true", "");
    bench.put("in/x/a.csv", "1,a\n");
    bench.put("in/y/b.csv", "2,b\n");
    Files.createSymbolicLink(folder.resolve("in/x/y"), folder.resolve("in/y"));
    Files.createSymbolicLink(folder.resolve("in/y/x"), folder.resolve("in/x"));
    bench.succeeds();
    assertThat(bench.rows()).hasSize(4).containsAll(ROWS);
  }

  /** As a crash leaves it: the batch is fixed, its file goes away before it is read. */
  private void planOnly(String options) throws IOException {
    bench.pipeline("csv", options, "");
    bench.put("in/a.csv", "1,a\n2,b\n");
    bench.put("in/b.csv", "3,c\n");
    bench.succeeds();
    Files.delete(folder.resolve("cp/commits/0"));
    PipelineFolder.delete(folder.resolve("out"));
    Files.delete(folder.resolve("in/b.csv"));
  }

  @Test
  void fileThatVanishesBeforeItIsReadIsNamed() throws IOException {
    planOnly("");
    bench.fails(
        Main.FAILED,
        "error[FAILED_READ_FILE.FILE_NOT_EXIST]: source: the file '"
            + folder.resolve("in/b.csv")
            + "'",
        "put it back, or set ignoreMissingFiles: true");
    assertThat(bench.rows()).isEmpty();
    bench.put("in/b.csv", "3,c\n");
    bench.succeeds();
    assertThat(bench.rows()).hasSize(3).containsAll(ROWS);
  }

  @Test
  void fileThatVanishesIsPassedOverWhereAllowed() throws IOException {
    planOnly("ignoreMissingFiles: true");
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(ROWS);
  }

  private static byte[] damaged(String how, byte[] whole) {
    return switch (how) {
      case "cut" -> Arrays.copyOf(whole, whole.length / 2);
      case "cut in its head" -> Arrays.copyOf(whole, 5);
      case "of another kind" -> "this is not what its name says, at all".getBytes();
      case "flipped" -> {
        byte[] bytes = whole.clone();
        bytes[bytes.length - 6] ^= 0x10;
        yield bytes;
      }
      default -> throw new IllegalArgumentException(how);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "csv, cut",
    "csv, cut in its head",
    "csv, of another kind",
    "csv, flipped",
    "json, cut",
    "json, of another kind",
    "text, flipped"
  })
  void brokenGzipIsNamedOrPassedOver(String format, String how) throws IOException {
    String schema = format.equals("text") ? "" : ", schema: {id: bigint, word: string}";
    String text =
        """
        name: q
        source: {format: %s, path: in, options: {ignoreCorruptFiles: %s}%s}
        trigger: availableNow
        sink: {format: json, path: out}
        checkpointLocation: cp
        """;
    byte[] line = format.equals("json") ? "{\"id\":1}\n".getBytes() : "1,a\n".getBytes();
    String name = "in/b." + format + ".gz";
    bench.put("in/a." + format, line);
    Path broken = bench.put(name, damaged(how, gzip(line)));
    bench.pipeline(text.formatted(format, "false", schema));
    bench.fails(Main.FAILED, "'" + broken + "'", "gzip", "ignoreCorruptFiles: true");
    assertThat(bench.rows()).isEmpty();
    bench.pipeline(text.formatted(format, "true", schema));
    bench.succeeds();
    assertThat(bench.rows()).isNotEmpty();
    PipelineFolder.delete(folder.resolve("cp"));
    PipelineFolder.delete(folder.resolve("out"));
    bench.put(name, gzip(line));
    bench.pipeline(text.formatted(format, "false", schema));
    bench.succeeds();
    assertThat(bench.rows()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "cut in its head", "of another kind", "empty"})
  void brokenParquetIsNamedOrPassedOver(String how) throws IOException {
    bench.put("in/a.csv", "1,a\n2,b\n");
    bench.pipeline("csv", "", "");
    bench.pipeline(
        """
        name: w
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        trigger: availableNow
        sink: {format: parquet, path: table}
        checkpointLocation: cpw
        """);
    bench.succeeds();
    byte[] whole = Files.readAllBytes(bench.committed("table").get(0));
    PipelineFolder.delete(folder.resolve("in"));
    bench.put("in/a.parquet", whole);
    Path broken =
        bench.put("in/b.parquet", how.equals("empty") ? new byte[0] : damaged(how, whole));
    bench.pipeline("parquet", "", "");
    bench.fails(Main.FAILED, "'" + broken + "'", "ignoreCorruptFiles: true");
    assertThat(bench.rows()).isEmpty();
    bench.pipeline("parquet", "ignoreCorruptFiles: true", "");
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(ROWS);
  }

  @Test
  void malformedRecordsNameFileAndLineWhereTheyMustNotBe() throws IOException {
    bench.pipeline("csv", "mode: FAILFAST", "");
    Path file = bench.put("in/a.csv", "1,a\nx,b\n");
    bench.fails(Main.FAILED, file + ":2");
    assertThat(bench.rows()).isEmpty();
    Files.writeString(file, "1,a\n2,b\n");
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(ROWS);
  }

  @Test
  void failingExpressionNamesItsPlaceAndLosesNothing() throws IOException {
    bench.pipeline("csv", "", "steps: [{select: ['10 DIV (id - 2) AS id', word]}]\n");
    Path file = bench.put("in/a.csv", "1,a\n2,b\n");
    Command.Result result = bench.run();
    assertThat(result.code()).isEqualTo(Main.FAILED);
    assertThat(result.err())
        .startsWith("pipeline.yaml:3:")
        .contains("DIVIDE_BY_ZERO")
        .doesNotContain("Exception");
    assertThat(bench.rows()).isEmpty();
    Files.writeString(file, "1,a\n3,b\n");
    bench.succeeds();
    assertThat(bench.rows())
        .containsExactly("{\"id\":-10,\"word\":\"a\"}", "{\"id\":10,\"word\":\"b\"}");
  }

  @ParameterizedTest
  @CsvSource({"text, a.txt", "text, a.txt.gz", "csv, a.csv", "json, a.json"})
  void hugeLineIsReadOrRefusedInASmallHeap(String format, String name) throws Exception {
    bench.pipeline(
        """
        name: q
        source: {format: %s, path: in%s}
        trigger: availableNow
        sink: {format: noop}
        checkpointLocation: cp
        """
            .formatted(format, format.equals("text") ? "" : ", schema: {word: string}"));
    Path file = bench.put("in/" + name, new byte[0]);
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(file), 1 << 16)
            : Files.newOutputStream(file)) {
      byte[] part = new byte[1 << 20];
      Arrays.fill(part, (byte) 'x');
      for (int i = 0; i < 100; i++) {
        out.write(part);
      }
    }
    Command.Result result = bench.end(bench.start(List.of("-Xmx64m")));
    PipelineFolder.requireFailure(
        result,
        Main.FAILED,
        "error[record-too-long]: source: " + file + ":1: ",
        "longer than the limit of ",
        "raise the heap");
  }

  @Test
  void decompressionBombIsStreamed() throws Exception {
    bench.pipeline(
        """
        name: q
        source: {format: text, path: in}
        steps: [{limit: 3}]
        trigger: availableNow
        sink: {format: text, path: out}
        checkpointLocation: cp
        """);
    bench.put("in/bomb.txt.gz", bomb("z\n", 1_000_000_000L));
    Command.Result result = bench.end(bench.start(List.of("-Xmx64m")));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(bench.rows()).containsExactly("z", "z", "z");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void decompressionBombOfEachKindIsStreamed(Compression compression) throws Exception {
    bench.pipeline(
        """
        name: q
        source: {format: text, path: in}
        steps:
          - groupBy: {agg: {n: count(*)}}
        trigger: availableNow
        sink: {format: console, outputMode: complete}
        checkpointLocation: cp
        """);
    Path file = bench.put("in/bomb.txt" + compression.extension(), new byte[0]);
    // Long runs of chance length: what comes in a period takes bzip2 an hour to sort.
    Random random = new Random(5);
    int lines = 0;
    try (OutputStream out = compression.writer(Files.newOutputStream(file))) {
      for (long done = 0; done < 128 << 20; lines++) {
        byte[] line = ("z".repeat(10_000 + random.nextInt(10_000)) + "\n").getBytes(UTF_8);
        out.write(line);
        done += line.length;
      }
    }
    assertThat(Files.size(file)).isLessThan(20 << 20);
    Command.Result result = bench.end(bench.start(List.of("-Xmx48m")));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("|" + lines + "|");
  }

  @Test
  void compressedNullsAreOneLineTooLong() throws Exception {
    bench.pipeline("csv", "", "");
    Path file = bench.put("in/nulls.csv.gz", gzip(new byte[40 << 20]));
    Command.Result result = bench.end(bench.start(List.of("-Xmx64m")));
    PipelineFolder.requireFailure(result, Main.FAILED, "record-too-long", file.toString());
  }
}
