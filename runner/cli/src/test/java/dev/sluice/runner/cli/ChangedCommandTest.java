package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pipeline file that is changed between two runs on one checkpoint. */
class ChangedCommandTest {
  private static final String ROWS =
      """
      name: q
      sources:
        a: {format: csv, path: in, schema: {id: bigint, word: string}}
        b: {format: csv, path: in2, schema: {id: bigint, word: string}}
      steps:
        - from: a
        - union: [b]
        - select: [id, word]
      trigger: availableNow
      sink: {format: json, path: out}
      checkpointLocation: cp
      """;

  private static final String TOTALS =
      """
      name: q
      source: {format: csv, path: in, schema: {id: bigint, word: string}}
      steps:
        - where: id >= 0
        - groupBy: {keys: [word], agg: {n: count(*), total: sum(id)}}
      trigger: availableNow
      sink: {format: console, outputMode: complete}
      checkpointLocation: cp
      """;

  @TempDir Path folder;
  private PipelineFolder bench;

  @BeforeEach
  void putsInput() throws IOException {
    bench = new PipelineFolder(folder);
    bench.put("in/a.csv", "1,a\n");
    bench.put("in2/a.csv", "2,b\n");
  }

  @Test
  void aProgramOfForeachBatchMayBeCorrected() throws IOException {
    String pipeline =
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        trigger: availableNow
        sink: {format: foreachBatch, options: {command: [sh, -c, "%s"]}}
        checkpointLocation: cp
        """;
    bench.pipeline(pipeline.formatted("exit 3"));
    bench.fails(Main.FAILED, "3");
    bench.pipeline(pipeline.formatted("cat > '" + folder.resolve("got") + "'"));
    bench.succeeds();
    assertThat(folder.resolve("got")).hasContent("{\"id\":1,\"word\":\"a\"}");
  }

  private void changed(String pipeline, String from, String to) throws IOException {
    bench.pipeline(pipeline);
    bench.succeeds();
    bench.put("in/b.csv", "3,c\n");
    String text = pipeline;
    for (int i = 0; i < from.split("\\|").length; i++) {
      String word = from.split("\\|")[i];
      assertThat(text).contains(word);
      text = text.replace(word, to.split("\\|", -1)[i].replace("\\n", "\n"));
    }
    bench.pipeline(text);
  }

  private void refused(String pipeline, String from, String to, String code, String told)
      throws IOException {
    changed(pipeline, from, to);
    Map<String, String> checkpoint = PipelineFolder.snapshot(folder.resolve("cp"));
    Map<String, String> out = PipelineFolder.snapshot(folder.resolve("out"));
    bench.fails(
        Main.UNFIT,
        "error[" + code + "]: the checkpoint does not fit the pipeline: " + told,
        "; undo the change, or start with a new checkpointLocation");
    checkpoint.put(".lock", "" + ProcessHandle.current().pid());
    assertThat(PipelineFolder.snapshot(folder.resolve("cp"))).isEqualTo(checkpoint);
    assertThat(PipelineFolder.snapshot(folder.resolve("out"))).isEqualTo(out);
    // Undone, it goes on where it was.
    bench.pipeline(pipeline);
    bench.succeeds();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "path: in,|path: elsewhere,| ~ source-changed ~ source 'a' changed from 'csv{path=",
        "a: {format: csv|a: {format: json| ~ source-changed ~ source 'a' changed from 'csv{path=",
        "from: a\\n  - union: [b]|from: b\\n  - union: [a]| ~ source-changed ~ source 'b' changed",
        "path: out|path: out2| ~ sink-changed ~ sink 'sink' changed from 'json{path=",
        "format: json, path: out|format: text, path: out| ~ sink-changed ~ sink '",
      })
  void changedSourceOrSinkIsRefused(String change, String code, String told) throws IOException {
    bench.put("elsewhere/a.csv", "1,a\n");
    String from = change.substring(0, change.indexOf('|')).replace("\\n", "\n");
    String to = change.substring(change.indexOf('|') + 1, change.lastIndexOf('|'));
    String pipeline = ROWS;
    if (code.equals("sink-changed") && to.contains("text")) {
      pipeline = ROWS.replace("select: [id, word]", "select: [word]");
    }
    refused(pipeline, from, to, code, told);
    assertThat(bench.rows()).hasSize(3);
  }

  @Test
  void removedSourceIsRefused() throws IOException {
    refused(
        ROWS,
        "  - union: [b]\n|  b: {format: csv, path: in2, schema: {id: bigint, word: string}}\n",
        "|",
        "sources-changed",
        "there are [2] sources in the checkpoint and now there are [1]");
  }

  @Test
  void addedSourceIsRefused() throws IOException {
    bench.put("in3/a.csv", "4,d\n");
    refused(
        ROWS,
        "steps:|[b]",
        "  c: {format: csv, path: in3, schema: {id: bigint, word: string}}\\nsteps:|[b, c]",
        "sources-changed",
        "there are [2] sources in the checkpoint and now there are [3]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "keys: [word] ~ keys: [word, id] ~ steps[1] (groupBy) changed its keys from [word",
        "keys: [word] ~ keys: [upper(word) AS word] ~ steps[1] (groupBy) changed",
        "total: sum(id) ~ total: max(id) ~ steps[1] (groupBy) changed",
        "'n: count(*), ' ~ '' ~ steps[1] (groupBy) changed",
        "id: bigint ~ id: double ~ steps[1] (groupBy) changed",
        "outputMode: complete ~ outputMode: update ~ steps[1] (groupBy) changed",
      })
  void changedStateIsRefusedNamingTheStep(String from, String to, String told) throws IOException {
    refused(TOTALS, from, to, "state-changed", told);
  }

  @Test
  void addedAggregatesStartEmptyWhenStateMayEvolve() throws IOException {
    String before = TOTALS.replace(", total: sum(id)", "");
    changed(before, "{n: count(*)}", "{most: max(id), n: count(*), total: sum(id)}");
    bench.fails(
        Main.UNFIT,
        "steps[1] (groupBy) changed its aggregates from [count(1) BIGINT] to [",
        "or set settings.allowStateEvolution: true, and what was added starts empty");
    String after =
        before.replace("{n: count(*)}", "{most: max(id), n: count(*), total: sum(id)}")
            + "settings: {allowStateEvolution: true}\n";
    bench.pipeline(after);
    Command.Result result = bench.run();
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("|   a|NULL|  1| NULL|", "|   c|   3|  1|    3|");
    // Logs of both kinds are read one after the other.
    bench.put("in/c.csv", "5,a\n");
    bench.pipeline(after.replace("settings: {", "settings: {stateStore: rocksdb, "));
    assertThat(bench.run().out()).contains("|   a|   5|  2|    5|", "|   c|   3|  1|    3|");
    // Nothing else may change with it.
    bench.pipeline(after.replace("keys: [word]", "keys: [upper(word) AS word]"));
    bench.fails(Main.UNFIT, "error[state-changed]", "or start with a new checkpointLocation");
  }

  @Test
  void addedAndRemovedStateIsRefusedNamingTheStep() throws IOException {
    refused(
        TOTALS,
        "  - groupBy: {keys: [word], agg: {n: count(*), total: sum(id)}}\n|complete",
        "|append",
        "state-changed",
        "steps[1] (groupBy) kept state and is gone");
    PipelineFolder.delete(folder.resolve("cp"));
    refused(
        TOTALS
            .replace("  - groupBy: {keys: [word], agg: {n: count(*), total: sum(id)}}\n", "")
            .replace("complete", "append"),
        "  - where: id >= 0\n|append",
        "  - groupBy: {keys: [word], agg: {n: count(*)}}\n|complete",
        "state-changed",
        "steps[0] (groupBy) keeps state that the checkpoint does not have");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "[id, word] ~ [id]",
        "'- select: [id, word]' ~ '- where: id <> 2'",
        "trigger: availableNow ~ trigger: once",
        "name: q ~ name: another",
        "path: in, ~ 'path: in, options: {maxFilesPerTrigger: 1, mode: FAILFAST},'",
        "availableNow ~ 'availableNow\\nsettings: {parallelism: 3}'",
        "a: {format|from: a ~ first: {format|from: first",
      })
  void allowedChangesGoOn(String from, String to) throws IOException {
    changed(ROWS, from, to);
    bench.succeeds();
    assertThat(bench.rows()).hasSize(3);
  }

  @Test
  void allowedChangesOfAQueryWithStateGoOn() throws IOException {
    changed(TOTALS, "id >= 0|name: q", "id >= 0 AND word <> 'x'|name: other");
    Command.Result result = bench.run();
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("|   a|  1|    1|", "|   c|  1|    3|");
  }
}
