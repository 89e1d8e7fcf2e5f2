package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.SimulatedFileStore;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The progress is Spark's StreamingQueryProgress: its keys, in its order. */
class ProgressTest {
  @Test
  void secondBatchOfAnAggregation() throws Exception {
    SimulatedFileStore files = new SimulatedFileStore();
    LoopHarness harness = new LoopHarness("/p");
    ManualClock clock = new ManualClock(1_795_230_276_242L);
    harness.clock = clock;
    harness.failpoints =
        (step, epoch) -> {
          switch (step) {
            case BEFORE_OFFSETS -> clock.pass(3);
            case AFTER_OFFSETS -> clock.pass(5);
            case AFTER_STATE_COMMIT -> clock.pass(40);
            case AFTER_COMMITS -> clock.pass(2);
            case MID_SINK_WRITE,
                MID_SINK_COMMIT,
                AFTER_SINK_COMMIT,
                BEFORE_COMMITS,
                MID_CLEANUP,
                DURING_RECOVERY -> {}
          }
        };
    assertThat(harness.run(files)).isNull();
    String id = (String) Json.parseObject(text(files, "/p/checkpoint/metadata")).get("id");
    assertThat(harness.progress).hasSize(4);
    String json =
        Json.write(harness.progress.get(1).json())
            .replace(String.valueOf(id), "ID")
            .replaceAll("\"runId\":\"[0-9a-f-]{36}\"", "\"runId\":\"RUN\"")
            .replaceAll("Bytes\":\\d+", "Bytes\":0")
            .replaceAll("TimeMs\":\\d+", "TimeMs\":0");
    assertThat(json)
        .isEqualTo(
            "{\"id\":\"ID\",\"runId\":\"RUN\",\"name\":\"test\","
                + "\"timestamp\":\"2026-11-21T03:04:36.292Z\",\"batchId\":1,\"batchDuration\":50,"
                + "\"numInputRows\":5,\"inputRowsPerSecond\":100.0,"
                + "\"processedRowsPerSecond\":100.0,"
                + "\"durationMs\":{\"addBatch\":40,\"commitOffsets\":2,\"getBatch\":0,"
                + "\"latestOffset\":0,\"queryPlanning\":0,\"triggerExecution\":50,\"walCommit\":8},"
                + "\"stateOperators\":[{\"operatorName\":\"stateStoreSave\",\"numRowsTotal\":4,"
                + "\"numRowsUpdated\":4,\"allUpdatesTimeMs\":0,\"numRowsRemoved\":0,"
                + "\"allRemovalsTimeMs\":0,\"commitTimeMs\":0,\"memoryUsedBytes\":0,"
                + "\"numRowsDroppedByWatermark\":0,\"numShufflePartitions\":1,"
                + "\"numStateStoreInstances\":1,"
                + "\"customMetrics\":{\"stateOnCurrentVersionSizeBytes\":0}}],"
                + "\"sources\":[{\"description\":\"InlineSource[4 batches]\","
                + "\"startOffset\":{\"batch\":1},\"endOffset\":{\"batch\":2},\"latestOffset\":null,"
                + "\"numInputRows\":5,\"inputRowsPerSecond\":100.0,"
                + "\"processedRowsPerSecond\":100.0}],"
                + "\"sink\":{\"description\":\"Ledger[/p/out]\",\"numOutputRows\":4}}");
    assertThat(harness.progress.get(0).json().get("inputRowsPerSecond")).hasToString("0.0");
  }

  @Test
  void tellsHowManyDuplicatesWereDropped() {
    LoopHarness harness = new LoopHarness("/p");
    harness.query = LoopHarness.Query.DISTINCT_FOR_A_WHILE;
    assertThat(harness.run(new SimulatedFileStore())).isNull();
    // Five rows of four keys, the first of them late; then five of keys that are known.
    assertThat(harness.progress.get(0).json().get("stateOperators").toString())
        .contains("numRowsUpdated=4")
        .contains("numDroppedDuplicateRows=0");
    assertThat(harness.progress.get(1).json().get("stateOperators").toString())
        .contains("numRowsUpdated=0")
        .contains("numDroppedDuplicateRows=5")
        .contains("stateOnCurrentVersionSizeBytes=");
  }

  @Test
  void leavesOutTheInputRateOfABatchThatBeganWithTheOneBefore() {
    LoopHarness harness = new LoopHarness("/p");
    assertThat(harness.run(new SimulatedFileStore())).isNull();
    assertThat(harness.progress.get(0).json().get("inputRowsPerSecond")).hasToString("0.0");
    assertThat(harness.progress.get(1).json()).doesNotContainKey("inputRowsPerSecond");
  }

  private static String text(SimulatedFileStore files, String location) throws Exception {
    return new String(files.readAll(location), StandardCharsets.UTF_8);
  }
}
