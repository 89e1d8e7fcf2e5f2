package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of files and folders that come from data, or from somebody with odd habits. */
@NullMarked
class HostileNamesTest {
  private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

  @TempDir Path folder;
  private PipelineFolder bench;

  @BeforeEach
  void opens() throws IOException {
    Path own = Files.createDirectories(folder.resolve("deep/er/own"));
    bench = new PipelineFolder(own);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(file -> folder.relativize(file).toString()).sorted().toList();
    }
  }

  private void partitioned(Map<@Nullable String, String> values) throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: json, path: in, schema: {id: bigint, p: string}}
        trigger: availableNow
        sink: {format: json, path: out, partitionBy: [p]}
        checkpointLocation: cp
        """);
    StringBuilder lines = new StringBuilder();
    int id = 0;
    for (String value : values.keySet()) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("id", id++);
      row.put("p", value);
      lines.append(Json.write(row)).append('\n');
    }
    bench.put("in/a.json", lines.toString());
  }

  @Test
  void valuesOfPartitionColumnsStayInTheirFolder() throws IOException {
    Map<@Nullable String, String> folders = new LinkedHashMap<>();
    folders.put("../../x", "..%2F..%2Fx");
    folders.put("..", "..");
    folders.put(".", ".");
    folders.put("/etc/passwd", "%2Fetc%2Fpasswd");
    folders.put("a/b", "a%2Fb");
    folders.put("C:\\x", "C%3A%5Cx");
    folders.put("", NULL);
    folders.put(NULL, NULL);
    folders.put("a=b", "a%3Db");
    folders.put("%2F", "%252F");
    folders.put("a b", "a b");
    folders.put("new\nline\ttab\u0001\u007f", "new%0Aline%09tab%01%7F");
    folders.put("\"#'*?{[]^", "%22%23%27%2A%3F%7B%5B%5D%5E");
    folders.put("grün–漢😀", "grün–漢😀");
    folders.put("_hidden", "_hidden");
    folders.put(".hidden", ".hidden");
    folders.put("~", "~");
    folders.put("$(reboot)`;|&", "$(reboot)`;|&");
    partitioned(folders);
    Files.writeString(
        bench.path("in/a.json"),
        Files.readString(bench.path("in/a.json")) + "{\"id\":99,\"p\":null}\n");
    List<String> before = names();
    bench.succeeds();

    TreeSet<String> made = new TreeSet<>();
    try (Stream<Path> all = Files.list(bench.path("out"))) {
      all.map(path -> path.getFileName().toString())
          .filter(name -> !name.equals("_spark_metadata"))
          .forEach(made::add);
    }
    TreeSet<String> expected = new TreeSet<>();
    folders.values().forEach(name -> expected.add("p=" + name));
    assertThat(made).isEqualTo(expected);
    List<String> outside = new ArrayList<>(names());
    outside.removeAll(before);
    assertThat(outside)
        .allMatch(name -> name.startsWith("deep/er/own/out") || name.startsWith("deep/er/own/cp"));

    bench.pipeline(
        """
        name: r
        source: {format: json, path: out, schema: {id: bigint, p: string}}
        trigger: availableNow
        sink: {format: json, path: back}
        checkpointLocation: cpr
        """);
    bench.succeeds();
    Map<Long, @Nullable Object> back = new LinkedHashMap<>();
    for (Path file : bench.committed("back")) {
      for (String line : Files.readAllLines(file)) {
        Map<String, @Nullable Object> row = Json.parseObject(line);
        back.put((Long) row.get("id"), row.get("p"));
      }
    }
    assertThat(back).hasSize(folders.size() + 1);
    long id = 0;
    for (Map.Entry<@Nullable String, String> value : folders.entrySet()) {
      String written = value.getValue().equals(NULL) ? null : value.getKey();
      assertThat(back.get(id++)).isEqualTo(written);
    }
    assertThat(back.get(99L)).isNull();
  }

  @Test
  void valueTooLongForAFolderIsNamedAndNothingStays() throws IOException {
    Map<@Nullable String, String> long1 = new LinkedHashMap<>();
    long1.put("fits", "");
    long1.put("x".repeat(300), "");
    partitioned(long1);
    bench.fails(
        Main.FAILED, "error[file-unwritable]: sink 'json': cannot write '", "p=xxx", "too long");
    assertThat(bench.rows()).isEmpty();
    assertThat(PipelineFolder.snapshot(bench.path("out"))).isEmpty();
    bench.put("in/a.json", "{\"id\":1,\"p\":\"fits\"}\n");
    bench.succeeds();
    assertThat(bench.rows()).containsExactly("{\"id\":1}");
  }

  @Test
  void oddNamesOfFilesAreReadOnceAndHiddenOnesNot() throws IOException {
    bench.pipeline("csv", "", "");
    List<String> names =
        List.of(
            "a b.csv",
            "new\nline.csv",
            "per%cent.csv",
            "%41.csv",
            "ha#sh.csv",
            "quo'te\".csv",
            "qu?stion.csv",
            "st*r.csv",
            "br[a]c{k}et.csv",
            "back\\slash.csv",
            "grün漢.csv",
            "semi;colon.csv",
            "co:lon.csv",
            "at@plus+.csv",
            "-dash.csv",
            "tab\t.csv",
            "x_=y");
    for (int i = 0; i < names.size(); i++) {
      bench.put("in/" + names.get(i), i + ",x\n");
    }
    bench.put("in/_hidden.csv", "100,x\n");
    bench.put("in/.hidden.csv", "101,x\n");
    bench.put("in/half._COPYING_", "102,x\n");
    bench.succeeds();
    assertThat(bench.rows()).hasSize(names.size());
    // A second run knows each of them again.
    bench.put("in/new.csv", "50,x\n");
    bench.succeeds();
    assertThat(bench.rows()).hasSize(names.size() + 1).contains("{\"id\":50,\"word\":\"x\"}");
    // So does one that has to read a batch of the log again.
    Files.delete(bench.path("cp/commits/1"));
    PipelineFolder.delete(bench.path("out"));
    Files.delete(bench.path("cp/commits/0"));
    Files.delete(bench.path("cp/offsets/1"));
    bench.succeeds();
    assertThat(bench.rows()).hasSize(names.size() + 1);
  }

  @Test
  void archiveIsKeptOutOfTheSourceHoweverItIsWritten() throws IOException {
    for (String archive : List.of("in", "./in/../in/old", "../own/in/old")) {
      bench.pipeline("csv", "cleanSource: archive, sourceArchiveDir: " + archive, "");
      bench.put("in/a.csv", "1,a\n");
      bench.fails(Main.FAILED, "error[archive-in-source]", "'" + bench.path("in"));
      PipelineFolder.delete(bench.path("cp"));
    }
    assertThat(bench.path("in/a.csv")).exists();
  }

  @Test
  void archivedFilesKeepTheirWholePathBelowTheArchive() throws IOException {
    bench.pipeline(
        "csv", "maxFilesPerTrigger: 1, cleanSource: archive, sourceArchiveDir: ../../archive", "");
    bench.put("in/a.csv", "1,a\n");
    bench.put("in/b.csv", "2,b\n");
    bench.succeeds();
    assertThat(bench.path("in/a.csv")).doesNotExist();
    assertThat(folder.resolve("deep/archive" + bench.path("in/a.csv"))).exists();
    assertThat(bench.rows()).hasSize(2);
  }

  @Test
  void placesThatCannotBeAreNamed() throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: text, path: "in\\0put"}
        trigger: availableNow
        sink: {format: text, path: out}
        checkpointLocation: cp
        """);
    bench.fails(Main.FAILED, "no possible name");
    bench.pipeline(
        """
        name: q
        source: {format: text, path: in}
        trigger: availableNow
        sink: {format: text, path: out}
        checkpointLocation: "c\\0p"
        """);
    Command.Result result = bench.run();
    assertThat(result.code()).as(result.err()).isNotZero();
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).doesNotContain("bug");
  }
}
