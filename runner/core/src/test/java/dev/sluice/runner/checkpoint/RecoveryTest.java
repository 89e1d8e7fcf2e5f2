package dev.sluice.runner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.testing.SimulatedFileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryTest {
  private final SimulatedFileStore files = new SimulatedFileStore();

  /** {@code list}: batch ids with blanks between; {@code !} behind one: its file is damaged. */
  private void write(String folder, String list, String text) throws IOException {
    for (String item : list.isBlank() ? new String[0] : list.trim().split(" ")) {
      String id = item.replace("!", "");
      String content = item.endsWith("!") ? text.substring(0, 10) : text;
      files.write(
          "/c/" + folder + "/" + id, content.replace("ID", id).getBytes(StandardCharsets.UTF_8));
    }
  }

  private String recover(String offsets, String commits) throws IOException {
    write(
        "offsets",
        offsets,
        "v1\n{\"batchWatermarkMs\":7,\"batchTimestampMs\":100ID,\"conf\":{}}\n{\"logOffset\":ID}");
    write("commits", commits, "v1\n{\"nextBatchWatermarkMs\":9}");
    try {
      Recovery recovery = Recovery.of(new CheckpointLog(files, "/c"), 1);
      if (recovery instanceof Recovery.Replay replay) {
        return "replay "
            + replay.planned().ends().get(0)
            + replay.before().map(b -> " after " + b.ends().get(0)).orElse("");
      }
      return recovery instanceof Recovery.Continue last
          ? "continue after " + last.last().ends().get(0) + " at " + last.watermarkMillis()
          : "fresh";
    } catch (CheckpointException e) {
      assertThat(e).hasMessageContaining(";");
      return "refused " + String.valueOf(e.getMessage()).replaceAll("(?s).*?'(/c/[^']*)'.*", "$1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', fresh",
    "0, '', 'replay {\"logOffset\":0}'",
    "0, 0, 'continue after {\"logOffset\":0} at 9'",
    "0 1, 0, 'replay {\"logOffset\":1} after {\"logOffset\":0}'",
    "0 1, 0 1, 'continue after {\"logOffset\":1} at 9'",
    // Old entries are purged, or damaged where nobody reads them.
    "5 6, 5 6, 'continue after {\"logOffset\":6} at 9'",
    "5! 6, 5! 6, 'continue after {\"logOffset\":6} at 9'",
    "5 6, 6, 'continue after {\"logOffset\":6} at 9'",
    // The newest is damaged: its batch is planned anew, or run again.
    "0!, '', fresh",
    "0 1!, 0, 'continue after {\"logOffset\":0} at 9'",
    "0 1, 0 1!, 'replay {\"logOffset\":1} after {\"logOffset\":0}'",
    "0, 0!, 'replay {\"logOffset\":0}'",
    // The entry of the batch before had not been written when the next was planned.
    "0 1, '', 'replay {\"logOffset\":1} after {\"logOffset\":0}'",
    "0 1 2, 0, 'replay {\"logOffset\":2} after {\"logOffset\":1}'",
    "1, '', refused /c/offsets/0",
    // Nor does the plan tell of it any more: that batch is run again.
    "0 1!, '', 'replay {\"logOffset\":0}'",
    "0 1 2!, 0, 'replay {\"logOffset\":1} after {\"logOffset\":0}'",
    "0 1 2!, '', refused /c/commits/0",
    // What no run leaves behind.
    "'', 0, refused /c/offsets/0",
    "0, 0 1, refused /c/offsets/1",
    "0 1 2, '', refused /c/commits/0",
    "0 1 2 3, 0, refused /c/commits/1",
    "1, 0, refused /c/offsets/0",
    "0!, 0, refused /c/offsets/0",
    "0! 1, 0, refused /c/offsets/0",
    "0 1!, 0!, refused /c/commits/0",
  })
  void followsFromTheLog(String offsets, String commits, String expected) throws IOException {
    assertThat(recover(offsets, commits)).isEqualTo(expected);
  }

  @Test
  void changesNothingByItself() throws IOException {
    recover("0 1!", "0");
    assertThat(files.locations()).contains("/c/offsets/1");
    CheckpointLog log = new CheckpointLog(files, "/c");
    log.forgetBeyond(Recovery.of(log, 1));
    assertThat(files.locations()).containsExactly("/c/commits/0", "/c/offsets/0");
  }

  @Test
  void anEntryThatFollowsFromTheNextPlanIsWritten() throws IOException {
    recover("0 1 2", "0");
    CheckpointLog log = new CheckpointLog(files, "/c");
    log.complete(Recovery.of(log, 1));
    assertThat(new CheckpointLog(files, "/c").committed(1)).contains(new CommitEntry(1, 7));
    log.complete(Recovery.of(log, 1));
    assertThat(log.latestCommittedId()).contains(1L);
  }

  @Test
  void anotherNumberOfSourcesIsRefusedInSparksWords() throws IOException {
    recover("0", "0");
    assertThatThrownBy(() -> Recovery.of(new CheckpointLog(files, "/c"), 2))
        .hasMessageContaining(
            "there are [1] sources in the checkpoint offsets and now there are [2] sources"
                + " requested by the query")
        .hasMessageContaining("/c/offsets/0");
  }
}
