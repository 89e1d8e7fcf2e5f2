package dev.sluice.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
  private static final Schema KEYED =
      Schema.of(new Field("value", AtomicType.BIGINT), new Field("k", AtomicType.STRING));

  @TempDir Path folder;

  @Test
  void writesOneFileAndTheLogThatSparkReads() throws IOException {
    try (Sink sink = open(LineFormat.SCHEMA, List.of())) {
      write(sink, 0, numbers(1, 2));
    }

    List<String> names = names();
    assertThat(names).hasSize(1);
    assertThat(names.get(0)).matches("part-00000-[0-9a-f-]{36}-c000\\.line");
    assertThat(Files.readString(log("0")))
        .matches(
            "v1\n\\{\"path\":\"file://"
                + out()
                + "/part-00000-[0-9a-f-]{36}-c000.line\",\"size\":4,\"isDir\":false,"
                + "\"modificationTime\":[0-9]+,\"blockReplication\":1,\"blockSize\":33554432,"
                + "\"action\":\"add\"\\}");
  }

  @Test
  void writesAnEmptyFileForABatchWithoutRows() {
    try (Sink sink = open(LineFormat.SCHEMA, List.of())) {
      write(sink, 0);
    }

    assertThat(names()).hasSize(1);
    assertThat(out().resolve(names().get(0))).isEmptyFile();
  }

  @Test
  void skipsABatchThatIsInTheLog() {
    try (Sink sink = open(LineFormat.SCHEMA, List.of())) {
      write(sink, 0, numbers(1));
    }
    try (Sink sink = open(LineFormat.SCHEMA, List.of())) {
      write(sink, 0, numbers(1));
      write(sink, 1, numbers(2));
    }

    assertThat(names()).hasSize(2);
    assertThat(log("1")).exists();
  }

  @Test
  void leavesNothingOfAWriteThatIsGivenUp() throws IOException {
    try (Sink sink = open(LineFormat.SCHEMA, List.of())) {
      try (Write write = sink.begin(0)) {
        Write.Part part = write.part(0);
        part.write(numbers(1));
        part.finish();
        assertThat(names()).isEmpty();
      }
    }

    try (Stream<Path> left = Files.list(out())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void numbersPartsByWorker() {
    try (Sink sink = open(LineFormat.SCHEMA, List.of());
        Write write = sink.begin(0)) {
      Write.Part first = write.part(0);
      Write.Part second = write.part(1);
      first.write(numbers(1));
      second.write(numbers(2));
      first.finish();
      second.finish();
      write.commit();
    }

    assertThat(names()).hasSize(2);
    assertThat(names().get(1)).startsWith("part-00001-");
  }

  @Test
  void startsANewFileAtTheRowLimit() {
    try (Sink sink = open(LineFormat.SCHEMA, List.of(), "maxRecordsPerFile", "2")) {
      write(sink, 0, numbers(1, 2, 3), numbers(4, 5));
    }

    assertThat(names()).hasSize(3);
    assertThat(names().stream().map(name -> name.substring(name.length() - 10)))
        .containsExactlyInAnyOrder("-c000.line", "-c001.line", "-c002.line");
  }

  @Test
  void putsPartitionValuesIntoEscapedFoldersInsideTheRoot() throws IOException {
    String[] values = {"a", null, "", "x/y", "..", "q\"#%'*:=?\\[]^{", "sp ace}", "日本", "t\t", "a"};
    try (Sink sink = open(KEYED, List.of("K"))) {
      write(sink, 0, keyed(values));
    }

    try (Stream<Path> folders = Files.list(out())) {
      assertThat(folders.map(p -> p.getFileName().toString()).filter(n -> n.startsWith("k=")))
          .containsExactlyInAnyOrder(
              "k=a",
              "k=__HIVE_DEFAULT_PARTITION__",
              "k=x%2Fy",
              "k=..",
              "k=q%22%23%25%27%2A%3A%3D%3F%5C%5B%5D%5E%7B",
              "k=sp ace}",
              "k=日本",
              "k=t%09");
    }
    try (Stream<Path> files = Files.list(out().resolve("k=a"))) {
      Path file = files.findFirst().orElseThrow();
      assertThat(file.getFileName().toString()).endsWith(".c000.line");
      assertThat(file).hasContent("0\n9\n");
    }
  }

  @Test
  void keepsManyPartitionsWithFewFilesOpen() throws IOException {
    String[] values = new String[1000];
    Arrays.setAll(values, i -> "v" + i % 500);
    try (Sink sink = open(KEYED, List.of("k"))) {
      write(sink, 0, keyed(values));
    }

    long rows = 0;
    try (Stream<Path> files = Files.walk(out())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".line")).toList()) {
        rows += Files.readAllLines(file).size();
      }
    }
    assertThat(rows).isEqualTo(1000);
  }

  @Test
  void compactsItsLogAndIsReadBackExactlyOnce() throws IOException {
    try (Sink sink = open(LineFormat.SCHEMA, List.of())) {
      for (int batch = 0; batch < 12; batch++) {
        write(sink, batch, numbers(batch));
      }
    }
    Files.writeString(out().resolve("part-00009-stray-c000.line"), "99\n");

    assertThat(log("9.compact")).exists();
    assertThat(Files.readAllLines(log("9.compact"))).hasSize(11);
    FileSourceHarness reader = new FileSourceHarness(folder);
    assertThat(FileSourceHarness.drain(reader.open("path", "out")))
        .singleElement()
        .satisfies(rows -> assertThat(rows).hasSize(12).doesNotContain("99"));
  }

  @Test
  void namesThePartitionColumnThatIsNotThere() {
    SinkType type = FormatComponents.sink(new LineFormat());
    Problems problems = new Problems();

    type.check(
        LineFormat.SCHEMA,
        List.of("valeu"),
        Options.of(type.options(), Map.of("path", "out")),
        problems);

    assertThat(problems.all())
        .singleElement()
        .satisfies(p -> assertThat(p.toString()).contains("'valeu'").contains("mean 'value'?"));
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path log(String name) {
    return out().resolve("_spark_metadata").resolve(name);
  }

  private List<String> names() {
    if (!Files.exists(out())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(out())) {
      return files
          .map(p -> p.getFileName().toString())
          .filter(n -> n.startsWith("part-"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Sink open(Schema schema, List<String> partitionBy, String... namesAndValues) {
    Map<String, String> given = new HashMap<>(Map.of("path", "out"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    SinkType type = FormatComponents.sink(new LineFormat());
    return type.open(
        schema,
        partitionBy,
        OutputMode.APPEND,
        Options.of(type.options(), given),
        SinkContexts.of("q", location -> FileSourceHarness.STORE)
            .baseDirectory(folder.toString())
            .build());
  }

  private static void write(Sink sink, long epoch, Batch... batches) {
    try (Write write = sink.begin(epoch)) {
      Write.Part part = write.part(0);
      for (Batch batch : batches) {
        part.write(batch);
      }
      part.finish();
      write.commit();
    }
  }

  private static Batch numbers(long... values) {
    ColumnBuilder builder = ColumnBuilder.of(AtomicType.BIGINT, values.length);
    for (long value : values) {
      builder.appendValue(value);
    }
    return new Batch(LineFormat.SCHEMA, List.of(builder.build()), values.length);
  }

  private static Batch keyed(@Nullable String... keys) {
    ColumnBuilder values = ColumnBuilder.of(AtomicType.BIGINT, keys.length);
    ColumnBuilder texts = ColumnBuilder.of(AtomicType.STRING, keys.length);
    for (int i = 0; i < keys.length; i++) {
      values.appendValue((long) i);
      texts.appendValue(keys[i]);
    }
    return new Batch(KEYED, List.of(values.build(), texts.build()), keys.length);
  }
}
