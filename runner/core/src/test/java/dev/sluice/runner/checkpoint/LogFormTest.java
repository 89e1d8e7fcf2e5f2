package dev.sluice.runner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.diagnostics.CheckpointTakenException;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.WatermarkPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of the checkpoint's files are those that Spark 4.1.3 writes. */
class LogFormTest {
  private static final String SPARKS_OFFSETS =
      "v1\n{\"batchWatermarkMs\":0,\"batchTimestampMs\":1795230257633,\"conf\":{"
          + "\"spark.sql.streaming.stateStore.providerClass\":"
          + "\"org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider\","
          + "\"spark.sql.streaming.stateStore.rocksdb.formatVersion\":\"5\","
          + "\"spark.sql.streaming.stateStore.encodingFormat\":\"unsaferow\","
          + "\"spark.sql.streaming.statefulOperator.useStrictDistribution\":\"true\","
          + "\"spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion\":\"2\","
          + "\"spark.sql.streaming.multipleWatermarkPolicy\":\"min\","
          + "\"spark.sql.streaming.aggregation.stateFormatVersion\":\"2\","
          + "\"spark.sql.shuffle.partitions\":\"200\","
          + "\"spark.sql.streaming.join.stateFormatVersion\":\"2\","
          + "\"spark.sql.streaming.stateStore.compression.codec\":\"lz4\","
          + "\"spark.sql.optimizer.pruneFiltersCanPruneStreamingSubplan\":\"false\"}}\n"
          + "{\"logOffset\":3}\n-\n12";

  private final SimulatedFileStore files = new SimulatedFileStore();

  private String text(String location) throws IOException {
    return new String(files.readAll(location), StandardCharsets.UTF_8);
  }

  @Test
  void offsetsAreSparksBytes() throws IOException {
    CheckpointLog log = new CheckpointLog(files, "/c");
    OffsetEntry entry =
        new OffsetEntry(
            4,
            0,
            1795230257633L,
            OffsetEntry.sparkConf(WatermarkPolicy.MIN),
            List.of(new Offset("{\"logOffset\":3}"), Offset.NONE, new Offset("12")));
    log.plan(entry);
    assertThat(text("/c/offsets/4")).isEqualTo(SPARKS_OFFSETS);
    assertThat(log.planned(4)).contains(entry);
  }

  @Test
  void commitsAreSparksBytes() throws IOException {
    CheckpointLog log = new CheckpointLog(files, "/c");
    log.commit(new CommitEntry(4, 1767225840000L));
    assertThat(text("/c/commits/4")).isEqualTo("v1\n{\"nextBatchWatermarkMs\":1767225840000}");
    assertThat(log.committed(4)).contains(new CommitEntry(4, 1767225840000L));
  }

  @Test
  void metadataIsOneLineOf45BytesAndKeepsItsId() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(files, "/c");
    assertThat(text("/c/metadata"))
        .isEqualTo("{\"id\":\"" + checkpoint.queryId() + "\"}")
        .hasSize(45);
    assertThat(Checkpoint.open(files, "/c").queryId()).isEqualTo(checkpoint.queryId());
  }

  @Test
  void readsWhatSparkOrHandsWrote() throws IOException {
    files.write(
        "/c/offsets/0",
        "v1\n{\"batchWatermarkMs\":5,\"batchTimestampMs\":6,\"conf\":{},\"more\":1}\n{\"t\":{\"0\":2}}\n"
            .getBytes(StandardCharsets.UTF_8));
    files.write("/c/offsets/.0.crc", new byte[] {1});
    files.write("/c/offsets/1.tmp", new byte[] {1});
    files.write(
        "/c/commits/0",
        "v2\n{\"nextBatchWatermarkMs\":8,\"stateUniqueIds\":{}}".getBytes(StandardCharsets.UTF_8));
    CheckpointLog log = new CheckpointLog(files, "/c");
    assertThat(log.latestPlannedId()).contains(0L);
    assertThat(log.planned(0).orElseThrow().ends())
        .containsExactly(new Offset("{\"t\":{\"0\":2}}"));
    assertThat(log.committed(0)).contains(new CommitEntry(0, 8));
  }

  @Test
  void entryOfAnotherRunIsNeverWrittenOver() throws IOException {
    CheckpointLog log = new CheckpointLog(files, "/c");
    files.write("/c/commits/0", new byte[] {1});
    assertThatThrownBy(() -> log.commit(new CommitEntry(0, 0)))
        .isInstanceOf(CheckpointTakenException.class)
        .hasMessageContaining("/c/commits/0");
    assertThat(files.readAll("/c/commits/0")).containsExactly(1);
  }

  @Test
  void purgingKeepsUpWithoutEverTakingLong() throws IOException {
    CheckpointLog log = new CheckpointLog(files, "/c");
    for (int id = 0; id < 20; id++) {
      log.commit(new CommitEntry(id, 0));
    }
    int before = files.locations().size();
    log.purgePlansBefore(15, files::delete);
    log.purgeCommitsBefore(15, files::delete);
    assertThat(before - files.locations().size()).isBetween(1, 8);
    for (int i = 0; i < 15; i++) {
      log.purgePlansBefore(15, files::delete);
      log.purgeCommitsBefore(15, files::delete);
    }
    assertThat(files.locations()).hasSize(5).contains("/c/commits/15");
  }
}
