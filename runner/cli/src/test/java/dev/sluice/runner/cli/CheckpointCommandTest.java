package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.runner.checkpoint.CheckpointLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code runner checkpoint}: what state looks like, and going back. */
class CheckpointCommandTest {
  private static final String TOTALS =
      """
      name: q
      source: {format: csv, path: in, schema: {word: string, id: bigint}, options: {maxFilesPerTrigger: 1}}
      steps:
        - groupBy: {keys: [word], agg: {n: count(*), total: sum(id)}}
      trigger: availableNow
      sink: {format: console, outputMode: update}
      checkpointLocation: cp
      """;

  private static final String ROWS =
      """
      name: q
      source: {format: csv, path: in, schema: {word: string, id: bigint}, options: {maxFilesPerTrigger: 1}}
      steps:
        - dropDuplicates: {columns: [word]}
      trigger: availableNow
      sink: {format: json, path: out}
      checkpointLocation: cp
      """;

  @TempDir Path folder;
  private PipelineFolder bench;

  @BeforeEach
  void putsInput() throws IOException {
    bench = new PipelineFolder(folder);
    for (int i = 0; i < 13; i++) {
      bench.put("in/" + (char) ('a' + i) + ".csv", "x," + i + "\nk" + i + ",1\n");
    }
  }

  private Command.Result checkpoint(String... words) {
    return Command.run(folder, words);
  }

  @Test
  void aPipelineFileIsNoCheckpoint() throws IOException {
    bench.pipeline(TOTALS);
    assertThat(checkpoint("checkpoint", "show", "pipeline.yaml").err())
        .contains("'pipeline.yaml' is a file, not the folder of a checkpoint")
        .doesNotContain("bug");
  }

  @Test
  void showCountsTheRowsOfEachOperator() throws IOException {
    bench.pipeline(TOTALS);
    bench.succeeds();
    Command.Result shown = checkpoint("checkpoint", "show", "cp");
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out())
        .containsPattern(
            "state 0 +14 rows, [0-9,]+ bytes in [0-9]+ files \\(stateStoreSave\\): the agg");
    assertThat(checkpoint("checkpoint", "show", "cp", "--format", "json").out())
        .contains("\"rows\":14", "\"name\":\"stateStoreSave\"");
  }

  @Test
  void stateIsPrintedAsRowsOfAnyKeptBatch() throws IOException {
    bench.pipeline(TOTALS);
    bench.succeeds();
    Command.Result now = checkpoint("checkpoint", "state", "cp", "--format", "csv");
    assertThat(now.code()).as(now.err()).isZero();
    assertThat(now.out().lines()).hasSize(15).contains("x,13,78,false", "k12,1,1,false");
    Command.Result then =
        checkpoint(
            "checkpoint", "state", "cp", "--operator", "0", "--batch", "1", "--format", "csv");
    assertThat(then.out().lines())
        .hasSize(4)
        .contains("x,2,1,false", "k0,1,1,false", "k1,1,1,false");
    assertThat(checkpoint("checkpoint", "state", "cp", "--operator", "3").code())
        .isEqualTo(Main.WRONG);
    assertThat(checkpoint("checkpoint", "state", "cp", "--batch", "99").err())
        .contains("batch 99 is not committed; the last one is 12");
  }

  @Test
  void goesBackAndComesToTheSameEnd() throws IOException {
    bench.pipeline(ROWS);
    bench.succeeds();
    var rows = bench.rows();
    assertThat(rows).hasSize(14);
    Map<String, String> before = PipelineFolder.snapshot(folder.resolve("cp"));
    Command.Result dry = checkpoint("checkpoint", "rewind", "cp", "--to", "3", "--dry-run");
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.out())
        .contains("cp/offsets/12", "cp/commits/4", "out/_spark_metadata/9.compact");
    assertThat(PipelineFolder.snapshot(folder.resolve("cp"))).isEqualTo(before);
    Command.Result back = checkpoint("checkpoint", "rewind", "cp", "--to", "3");
    assertThat(back.code()).as(back.err()).isZero();
    assertThat(back.out()).contains("from batch 12 to batch 3", "cp/undo/", "unknown to its log");
    assertThat(checkpoint("checkpoint", "show", "cp").out())
        .contains("last batch   3 (committed)", "5 rows");
    bench.succeeds();
    assertThat(bench.rows()).isEqualTo(rows);
    assertThat(checkpoint("checkpoint", "show", "cp").out()).contains("last batch   12", "14 rows");
  }

  /** A run leaves that: entries are written beside the batches that follow. */
  @Test
  void aBatchBehindWhichAnotherWasPlannedIsCommitted() throws IOException {
    bench.pipeline(TOTALS);
    bench.succeeds();
    for (String entry : List.of("12", ".12.crc", "11", ".11.crc")) {
      Files.deleteIfExists(folder.resolve("cp/commits/" + entry));
    }
    assertThat(checkpoint("checkpoint", "show", "cp", "--format", "json").out())
        .contains("\"committedBatch\":11", "\"rows\":13");
    Command.Result back = checkpoint("checkpoint", "rewind", "cp", "--to", "11");
    assertThat(back.code()).as(back.err()).isZero();
    assertThat(folder.resolve("cp/commits/11")).exists();
    assertThat(checkpoint("checkpoint", "show", "cp").out())
        .contains("last batch   11 (committed)");
    bench.succeeds();
    assertThat(checkpoint("checkpoint", "show", "cp").out())
        .contains("last batch   12 (committed)", "14 rows");
  }

  @Test
  void doesNotGoWhereNothingIsKeptNorUnderARun() throws IOException {
    bench.pipeline(TOTALS + "settings: {minBatchesToRetain: 2}\n");
    bench.succeeds();
    Command.Result gone = checkpoint("checkpoint", "rewind", "cp", "--to", "1");
    assertThat(gone.code()).isEqualTo(Main.UNFIT);
    assertThat(gone.err())
        .contains("error[batch-not-kept]", "batch 1 is not among the committed batches");
    assertThat(checkpoint("checkpoint", "rewind", "cp", "--to", "99").code()).isEqualTo(Main.UNFIT);
    assertThat(checkpoint("checkpoint", "rewind", "cp", "--to", "-1").err())
        .contains("'--to' needs a number from 0, not '-1'");
    assertThat(checkpoint("checkpoint", "rewind", "cp").code()).isEqualTo(Main.WRONG);
    assertThat(checkpoint("checkpoint", "rewind", "elsewhere", "--to", "1").code())
        .isEqualTo(Main.UNFIT);
    assertThat(folder.resolve("elsewhere")).doesNotExist();
    CheckpointLock held =
        CheckpointLock.take(new LocalFileStore(), folder.resolve("cp").toString());
    assertThat(checkpoint("checkpoint", "rewind", "cp", "--to", "11").code())
        .isEqualTo(Main.LOCKED);
    held.close();
    Command.Result back = checkpoint("checkpoint", "rewind", "cp", "--to", "11");
    assertThat(back.out()).contains("sink 'sink' gets the rows of later batches again");
  }
}
