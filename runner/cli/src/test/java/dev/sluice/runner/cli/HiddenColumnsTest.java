package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code _metadata} of file sources, from the pipeline's text to the rows of a sink. */
@NullMarked
class HiddenColumnsTest {
  @TempDir Path folder;

  @BeforeEach
  void putsTwoFiles() throws IOException {
    Path in = Files.createDirectory(folder.resolve("in"));
    put(in.resolve("a.csv"), "1,x\n2,y\n", "2024-05-01T10:00:00Z");
    put(in.resolve("b c.csv"), "3,z\n", "2024-05-01T11:00:00Z");
  }

  private static void put(Path file, String text, String modified) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse(modified)));
  }

  private Command.Result command(String verb, String schema, String steps) throws IOException {
    Files.writeString(
        folder.resolve("p.yaml"),
        "name: q\nsource: {format: csv, path: in, schema: {%s}}\n".formatted(schema)
            + (steps.isEmpty() ? "" : "steps:\n" + steps.indent(2))
            + "trigger: availableNow\ncheckpointLocation: cp\nsink: {format: json, path: out}\n");
    return Command.run(folder, verb, "p.yaml");
  }

  /** The lines that a pipeline with these steps writes, sorted. */
  private List<String> lines(String steps) throws IOException {
    return lines("id: int, word: string", steps);
  }

  private List<String> lines(String schema, String steps) throws IOException {
    Command.Result checked = command("validate", schema, steps);
    assertThat(checked.code()).as(checked.out()).isZero();
    Command.Result result = command("run", schema, steps);
    assertThat(result.code()).as(result.err()).isZero();
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    lines.sort(null);
    return lines;
  }

  @Test
  void givesEachFieldOfTheFile() throws IOException {
    assertThat(
            lines(
                """
                - select:
                    - id
                    - _metadata.file_name
                    - _METADATA.file_size AS size
                    - _metadata.file_block_start AS start
                    - _metadata.file_block_length AS length
                    - unix_millis(_metadata.file_modification_time) AS modified
                """))
        .containsExactly(
            "{\"id\":1,\"file_name\":\"a.csv\",\"size\":8,\"start\":0,\"length\":8,"
                + "\"modified\":1714557600000}",
            "{\"id\":2,\"file_name\":\"a.csv\",\"size\":8,\"start\":0,\"length\":8,"
                + "\"modified\":1714557600000}",
            "{\"id\":3,\"file_name\":\"b c.csv\",\"size\":4,\"start\":0,\"length\":4,"
                + "\"modified\":1714561200000}");
  }

  @Test
  void leavesItOutOfAllThatDoesNotNameIt() throws IOException {
    List<String> plain =
        List.of(
            "{\"id\":1,\"word\":\"x\"}", "{\"id\":2,\"word\":\"y\"}", "{\"id\":3,\"word\":\"z\"}");
    assertThat(lines("")).isEqualTo(plain);
  }

  @Test
  void filtersByItWithoutCarryingItOn() throws IOException {
    assertThat(lines("- where: _metadata.file_name = 'b c.csv' AND _metadata IS NOT NULL\n"))
        .containsExactly("{\"id\":3,\"word\":\"z\"}");
  }

  @Test
  void isNoPartOfAStar() throws IOException {
    assertThat(lines("- where: id > 1\n- select: ['*', _metadata.file_size AS size]\n"))
        .containsExactly(
            "{\"id\":2,\"word\":\"y\",\"size\":8}", "{\"id\":3,\"word\":\"z\",\"size\":4}");
  }

  @Test
  void addsItBesideTheOtherColumns() throws IOException {
    assertThat(lines("- withColumns: {file: _metadata.file_name}\n- drop: [word]\n"))
        .containsExactly(
            "{\"id\":1,\"file\":\"a.csv\"}",
            "{\"id\":2,\"file\":\"a.csv\"}",
            "{\"id\":3,\"file\":\"b c.csv\"}");
  }

  @Test
  void goesThroughProjections() throws IOException {
    assertThat(
            lines(
                """
                - select: ["explode(array(id, id * 10)) AS n", word]
                - withColumns: {size: _metadata.file_size}
                - rename: {word: w}
                - drop: [size]
                - where: _metadata.file_size = 4
                - select: [n, w, _metadata.file_name AS file, "input_file_name() LIKE '%/b%' AS b"]
                """))
        .containsExactly(
            "{\"n\":3,\"w\":\"z\",\"file\":\"b c.csv\",\"b\":true}",
            "{\"n\":30,\"w\":\"z\",\"file\":\"b c.csv\",\"b\":true}");
  }

  @Test
  void aColumnMadeUnderTheNameHidesIt() throws IOException {
    assertThat(lines("- where: id = 1\n- select: [word AS _metadata]\n- where: _metadata = 'x'\n"))
        .containsExactly("{\"_metadata\":\"x\"}");
  }

  @Test
  void standsBesideAGenerator() throws IOException {
    assertThat(
            lines(
                """
                - where: id = 3
                - select: ["explode(array(7, 8)) AS n", word, _metadata.file_name AS file]
                """))
        .containsExactly(
            "{\"n\":7,\"word\":\"z\",\"file\":\"b c.csv\"}",
            "{\"n\":8,\"word\":\"z\",\"file\":\"b c.csv\"}");
  }

  @Test
  void groupsAndAggregatesIt() throws IOException {
    assertThat(
            lines(
                """
                - groupBy:
                    keys: [_metadata.file_name]
                    agg: {n: count(*), bytes: max(_metadata.file_size)}
                    perBatch: true
                """))
        .containsExactly(
            "{\"file_name\":\"a.csv\",\"n\":2,\"bytes\":8}",
            "{\"file_name\":\"b c.csv\",\"n\":1,\"bytes\":4}");
  }

  @Test
  void namesTheInputFileAsUri() throws IOException {
    String uri = folder.resolve("in").toRealPath().toUri().toString().replaceFirst("^file:/+", "");
    assertThat(lines("- where: id > 1\n- select: [input_file_name(), id]\n"))
        .containsExactly(
            "{\"input_file_name()\":\"file:///" + uri + "a.csv\",\"id\":2}",
            "{\"input_file_name()\":\"file:///" + uri + "b%20c.csv\",\"id\":3}");
  }

  @Test
  void aColumnOfTheNameWins() throws IOException {
    assertThat(lines("id: int, _metadata: string", "- select: [_metadata]\n"))
        .containsExactly("{\"_metadata\":\"x\"}", "{\"_metadata\":\"y\"}", "{\"_metadata\":\"z\"}");
  }

  @Test
  void isGoneAfterAnAggregationAndNeverSuggested() throws IOException {
    Command.Result result =
        command(
            "validate",
            "id: int, word: string",
            "- groupBy: {keys: [id], agg: {n: count(*)}, perBatch: true}\n"
                + "- where: _metadata.file_size > 1\n");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.out()).contains("unknown column '_metadata.file_size'");
    Command.Result misspelt =
        command("validate", "id: int, word: string", "- select: [_metadat]\n");
    assertThat(misspelt.out()).contains("unknown column '_metadat'").doesNotContain("\0");
  }

  @Test
  void readsItAloneFromParquet() throws IOException {
    Files.writeString(
        folder.resolve("w.yaml"),
        """
        name: w
        source: {format: csv, path: in, schema: {id: int, word: string}}
        trigger: availableNow
        checkpointLocation: cpw
        sink: {format: parquet, path: table}
        """);
    assertThat(Command.run(folder, "run", "w.yaml").code()).isZero();
    Files.writeString(
        folder.resolve("r.yaml"),
        """
        name: r
        source: {format: parquet, path: table, schema: {id: int, word: string}}
        steps:
          - where: _metadata IS NOT NULL AND id > 0
          - groupBy:
              keys: ['right(_metadata.file_name, 8) AS suffix']
              agg: {n: count(*)}
              perBatch: true
        trigger: availableNow
        sink: {format: console}
        """);
    Command.Result read = Command.run(folder, "run", "r.yaml");
    assertThat(read.code()).as(read.err()).isZero();
    assertThat(read.out()).contains("|  suffix|  n|", "|.parquet|  3|");
  }

  @Test
  void leavesUnionsOfViewsAndFilesAlone() throws IOException {
    Files.writeString(
        folder.resolve("u.yaml"),
        """
        name: u
        sources:
          a: {format: csv, path: in, schema: {id: int, word: string}}
          b: {format: inline, options: {batches: '[[{"id": 9, "word": "w"}]]'}, schema: {id: int, word: string}}
        views:
          big:
            - from: a
            - where: _metadata.file_size < 8
        steps:
          - from: big
          - union: [b]
          - where: id > 0
        trigger: availableNow
        sink: {format: console}
        """);
    Command.Result result = Command.run(folder, "run", "u.yaml");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("| id|word|", "|  3|   z|", "|  9|   w|");
    assertThat(result.out()).doesNotContain("|  1|");
  }

  @Test
  void onlySourcesOfFilesHaveIt() throws IOException {
    String source = "name: r\nsource: {format: rate}\nsteps:\n  - select: [%s]\n";
    String rest = "trigger: availableNow\nsink: {format: noop}\n";
    Files.writeString(folder.resolve("r.yaml"), source.formatted("_metadata") + rest);
    assertThat(Command.run(folder, "validate", "r.yaml").out())
        .contains("unknown column '_metadata'");
    Files.writeString(folder.resolve("r.yaml"), source.formatted("input_file_name()") + rest);
    Command.Result empty = Command.run(folder, "validate", "r.yaml");
    assertThat(empty.out()).doesNotContain("unknown");
  }
}
