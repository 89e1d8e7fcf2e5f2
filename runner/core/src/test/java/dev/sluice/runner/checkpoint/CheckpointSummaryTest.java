package dev.sluice.runner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.CheckpointMismatchException;
import dev.sluice.runner.plan.WatermarkPolicy;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckpointSummaryTest {
  private final SimulatedFileStore files = new SimulatedFileStore();

  @Test
  void saysWhatIsThereAndWhatIsOpenAndChangesNothing() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(files, "/c");
    for (long batch = 3; batch < 6; batch++) {
      checkpoint
          .log()
          .plan(
              new OffsetEntry(
                  batch,
                  5,
                  6,
                  OffsetEntry.sparkConf(WatermarkPolicy.MIN),
                  List.of(new Offset("{\"n\":" + batch + "}"))));
    }
    checkpoint.log().commit(new CommitEntry(3, 7));
    checkpoint.log().commit(new CommitEntry(4, 8));
    files.write("/c/state/0/0/5.delta", new byte[10]);
    List<String> before = files.locations();
    CheckpointSummary summary = CheckpointSummary.read(files, "/c");
    assertThat(summary.queryId()).isEqualTo(checkpoint.queryId());
    assertThat(summary.oldestBatch()).contains(3L);
    assertThat(summary.committedBatch()).contains(4L);
    assertThat(summary.isOpen()).isTrue();
    assertThat(summary.ends()).containsExactly(new Offset("{\"n\":5}"));
    assertThat(summary.watermarkMillis()).isEqualTo(8);
    assertThat(summary.parts()).isEqualTo(Optional.empty());
    assertThat(summary.state())
        .containsExactly(new CheckpointSummary.StateSize("0", "", -1, 1, 10, ""));
    assertThat(files.locations()).isEqualTo(before);
  }

  @Test
  void folderThatIsNoCheckpointIsNamed() {
    assertThatThrownBy(() -> CheckpointSummary.read(files, "/nothing"))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("/nothing");
  }
}
