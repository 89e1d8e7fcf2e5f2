package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.testing.ForwardingFileStore;
import dev.sluice.operators.testing.SimulatedFileStore;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A checkpoint with files of another owner: the file is told, and why, and what to do. */
class DeniedFilesTest {
  private static final String REMEDY =
      "; correct 'checkpointLocation', or let this user write there";

  private final SimulatedFileStore disk = new SimulatedFileStore();
  private final LoopHarness harness = new LoopHarness("/q");

  @BeforeEach
  void runsFourBatches() {
    assertThat(harness.run(disk)).isNull();
    harness.source = InlineSource.of(LoopHarness.SCHEMA, LoopHarness.batches(6));
  }

  @Test
  void aFileOfTheStateIsNamed() {
    assertThat(harness.run(new Denied(disk, "/state/0/0/", true)))
        .hasMessageMatching(".*'/q/checkpoint/state/0/0/[0-9a-z.]+': permission denied.*");
  }

  @Test
  void anEntryOfALogThatCannotBeReadIsNamedOnce() {
    assertThat(harness.run(new Denied(disk, "/offsets/3", true)))
        .hasMessage(
            "the checkpoint '/q/checkpoint' cannot be used: cannot read"
                + " '/q/checkpoint/offsets/3': permission denied"
                + REMEDY);
  }

  @Test
  void anEntryOfALogThatCannotBeWrittenIsNamedOnce() {
    assertThat(harness.run(new Denied(disk, "/offsets/4", false)))
        .hasMessageContaining("cannot write '/q/checkpoint/offsets/4': permission denied");
  }

  /** Another user's files: those in whose location a text stands. */
  private static final class Denied extends ForwardingFileStore {
    private final String text;
    private final boolean read;

    Denied(FileStore files, String text, boolean read) {
      super(files);
      this.text = text;
      this.read = read;
    }

    @Override
    public FileInput open(String location) throws IOException {
      if (read && location.contains(text)) {
        throw new AccessDeniedException(location);
      }
      return files.open(location);
    }

    @Override
    public FileOutput create(String location) throws IOException {
      if (!read && location.contains(text)) {
        throw new AccessDeniedException(location);
      }
      return files.create(location);
    }
  }
}
