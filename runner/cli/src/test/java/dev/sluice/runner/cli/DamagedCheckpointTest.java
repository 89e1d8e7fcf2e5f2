package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A checkpoint of which one file is spoilt: the next run either gives exactly the rows of an
 * undisturbed one, or refuses before anything is written, with exit code 4, naming the file and a
 * remedy.
 */
@NullMarked
class DamagedCheckpointTest {
  private static final int BATCHES = 12;

  @TempDir Path folder;
  @TempDir Path copies;
  private PipelineFolder bench;

  @BeforeEach
  void opens() {
    bench = new PipelineFolder(folder);
  }

  private void input(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      bench.put("in/f" + i + ".csv", 2 * i + ",a\n" + (2 * i + 1) + ",b\n");
    }
  }

  private void filePipeline() throws IOException {
    bench.pipeline("csv", "maxFilesPerTrigger: 1", "");
  }

  private void totalsPipeline() throws IOException {
    bench.pipeline(
        """
        name: q
        source:
          format: csv
          path: in
          options: {maxFilesPerTrigger: 1}
          schema: {id: bigint, word: string}
        steps:
          - groupBy: {keys: [word], agg: {n: count(*), total: sum(id)}}
        trigger: availableNow
        sink: {format: console, outputMode: complete, options: {style: json}}
        settings: {parallelism: 2}
        checkpointLocation: cp
        """);
  }

  /** What can befall a file, by name; null for its removal. */
  private static Map<String, byte @Nullable []> damages(byte[] whole) {
    Map<String, byte @Nullable []> all = new LinkedHashMap<>();
    all.put("removed", null);
    all.put("emptied", new byte[0]);
    all.put("cut in the middle", Arrays.copyOf(whole, whole.length / 2));
    int lastLine = whole.length - 1;
    while (lastLine > 0 && whole[lastLine] != '\n') {
      lastLine--;
    }
    all.put("without its last line", Arrays.copyOf(whole, lastLine));
    byte[] flipped = whole.clone();
    flipped[whole.length * 2 / 3] ^= 1;
    all.put("flipped", flipped);
    all.put("foreign", "v1\n{\"a\":1}\n{\"b\":2}".getBytes(StandardCharsets.UTF_8));
    return all;
  }

  private void restore() throws IOException {
    PipelineFolder.delete(folder.resolve("cp"));
    PipelineFolder.delete(folder.resolve("out"));
    for (String part : List.of("cp", "out")) {
      if (Files.exists(copies.resolve(part))) {
        try (Stream<Path> all = Files.walk(copies.resolve(part))) {
          for (Path file : all.toList()) {
            Files.copy(
                file,
                folder.resolve(copies.relativize(file).toString()),
                StandardCopyOption.COPY_ATTRIBUTES);
          }
        }
      }
    }
  }

  /** Runs what is there; refused is right only in order, else the rows must be. */
  private boolean recovers(String what, String file, Object expected, boolean totals)
      throws IOException {
    Map<String, String> out = PipelineFolder.snapshot(folder.resolve("out"));
    Map<String, String> checkpoint = checkpoint();
    Command.Result result = bench.run();
    if (result.code() == Main.DONE) {
      assertThat(totals ? lastTotals(result.out()) : bench.rows()).as(what).isEqualTo(expected);
      assertThat(result.err()).as(what).isEmpty();
      return true;
    }
    assertThat(result.code()).as(what + ": " + result.err()).isEqualTo(Main.UNFIT);
    PipelineFolder.requireFailure(result, Main.UNFIT, "; ");
    String folderOfFile = folder.resolve(file).getParent().toString();
    assertThat(result.err()).as(what).containsAnyOf(folderOfFile, "'" + folder.resolve("cp") + "'");
    assertThat(result.out()).as(what).isEmpty();
    assertThat(PipelineFolder.snapshot(folder.resolve("out"))).as(what).isEqualTo(out);
    assertThat(checkpoint()).as(what + ": " + result.err()).isEqualTo(checkpoint);
    return false;
  }

  private Map<String, String> checkpoint() throws IOException {
    Map<String, String> files = PipelineFolder.snapshot(folder.resolve("cp"));
    files.remove(".lock");
    return files;
  }

  private static Map<String, List<Long>> lastTotals(String out) {
    Map<String, List<Long>> totals = new TreeMap<>();
    out.lines()
        .forEach(
            line -> {
              Map<?, ?> row = (Map<?, ?>) Json.parseObject(line).get("row");
              totals.put(
                  String.valueOf(row.get("word")),
                  List.of((Long) row.get("n"), (Long) row.get("total")));
            });
    return totals;
  }

  private Object expected(boolean totals, int files) {
    if (totals) {
      long n = files;
      return new TreeMap<>(Map.of("a", List.of(n, n * (n - 1)), "b", List.of(n, n * n)));
    }
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      rows.add("{\"id\":" + 2 * i + ",\"word\":\"a\"}");
      rows.add("{\"id\":" + (2 * i + 1) + ",\"word\":\"b\"}");
    }
    rows.sort(null);
    return rows;
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, metadata offsets/11 offsets/10 commits/11 sources/0/9.compact sources/0/11"
        + " sources/0/.9.compact.crc sluice/0",
    "false, true, offsets/11 commits/10 sources/0/11",
    "true, false, state/0/_metadata/metadata state/0/1/10.snapshot state/0/1/12.delta",
    "true, true, state/0/1/11.delta state/0/1/12.delta"
  })
  void spoiltFileEndsInRightRowsOrIsRefused(boolean totals, boolean open, String files)
      throws IOException {
    if (totals) {
      totalsPipeline();
    } else {
      filePipeline();
    }
    input(0, BATCHES);
    runs();
    if (open) {
      // As a crash before the end of the last batch leaves it.
      Files.delete(folder.resolve("cp/commits/" + (BATCHES - 1)));
      Files.delete(folder.resolve("cp/commits/." + (BATCHES - 1) + ".crc"));
    }
    bench.copyTo(copies);
    input(BATCHES, BATCHES + 1);
    Object expected = expected(totals, BATCHES + 1);
    int recovered = 0;
    int refused = 0;
    for (String name : files.split(" ")) {
      String file = "cp/" + name;
      byte[] whole = Files.readAllBytes(copies.resolve(file));
      for (Map.Entry<String, byte @Nullable []> damage : damages(whole).entrySet()) {
        restore();
        byte[] bytes = damage.getValue();
        if (bytes == null) {
          Files.delete(folder.resolve(file));
        } else {
          Files.write(folder.resolve(file), bytes);
        }
        if (recovers(file + " " + damage.getKey(), file, expected, totals)) {
          recovered++;
        } else {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
    assertThat(recovered).isPositive();
  }

  private void runs() {
    Command.Result result = bench.run();
    assertThat(result.code()).as(result.err()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cp/offsets/1",
        "cp/commits/1",
        "cp/sources/0/1",
        "cp/state/0/_metadata/metadata",
        "out/_spark_metadata/1"
      })
  void newerFormIsRefusedAndNotMended(String file) throws IOException {
    if (file.contains("state")) {
      totalsPipeline();
    } else {
      filePipeline();
    }
    input(0, 2);
    bench.succeeds();
    Path damaged = folder.resolve(file);
    String text = Files.readString(damaged);
    Files.writeString(damaged, text.replaceFirst("v1", "v9"));
    Files.delete(damaged.resolveSibling("." + damaged.getFileName() + ".crc"));
    bench.fails(Main.UNFIT, "-version]: ", "'" + damaged + "' has the version 'v9'", "; ");
    assertThat(Files.readString(damaged)).startsWith("v9");
    Files.writeString(damaged, text);
    input(2, 3);
    bench.succeeds();
  }

  @Test
  void sinkWhoseLogIsDamagedIsNamed() throws IOException {
    filePipeline();
    input(0, BATCHES);
    bench.succeeds();
    input(BATCHES, BATCHES + 1);
    for (String name : List.of("9.compact", "10", "11")) {
      Path log = folder.resolve("out/_spark_metadata/" + name);
      byte[] whole = Files.readAllBytes(log);
      byte[] flipped = whole.clone();
      flipped[whole.length / 2] ^= 1;
      Files.write(log, flipped);
      bench.fails(Main.UNFIT, "error[sink-log-damaged]: the sink's log '" + log + "'", "; restore");
      Files.write(log, whole);
    }
    Path ten = folder.resolve("out/_spark_metadata/10");
    byte[] whole = Files.readAllBytes(ten);
    Files.delete(ten);
    bench.fails(Main.UNFIT, "error[sink-log-incomplete]: the sink's log '" + ten + "'");
    Files.write(ten, whole);
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(expected(false, BATCHES + 1));
  }

  @Test
  void sinkThatLostItsBatchesIsRefused() throws IOException {
    filePipeline();
    input(0, 2);
    bench.succeeds();
    PipelineFolder.delete(folder.resolve("out"));
    input(2, 3);
    bench.fails(
        Main.UNFIT,
        "error[sink-behind]: FileSink[file:" + folder.resolve("out") + "] holds no batch",
        "has committed those up to 1");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void folderReadWhoseLogIsDamagedIsNamed() throws IOException {
    filePipeline();
    input(0, 2);
    bench.succeeds();
    bench.pipeline(
        """
        name: second
        source: {format: json, path: out, schema: {id: bigint, word: string}}
        trigger: availableNow
        sink: {format: json, path: out2}
        checkpointLocation: cp2
        """);
    Path log = folder.resolve("out/_spark_metadata/1");
    String whole = Files.readString(log);
    Files.writeString(log, whole.substring(0, whole.length() - 9));
    bench.fails(
        Main.FAILED, "error[input-log-damaged]: source: the log '" + log + "'", "; restore");
    assertThat(folder.resolve("out2")).doesNotExist();
    Files.delete(folder.resolve("out/_spark_metadata/0"));
    Files.writeString(log, whole);
    bench.fails(Main.FAILED, "error[input-log-incomplete]: source: the log '");
  }
}
