package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that a query reads and writes, told by the file, by references and by the command. */
class PlacesTest {
  @TempDir Path folder;
  private PipelineFolder bench;

  @BeforeEach
  void opens() throws IOException {
    bench = new PipelineFolder(folder);
    bench.put("in/a.csv", "1,a\n");
  }

  @Test
  void placesThatAreNotKnownYetAreNotCompared() throws IOException {
    bench.put("src.txt", folder.resolve("in").toString());
    bench.put("dst.txt", folder.resolve("out").toString());
    bench.put("more.txt", folder.resolve("more").toString());
    String pipeline =
        """
        name: q
        source: {format: csv, path: "${file:src.txt}/data", schema: {id: bigint}}
        sinks:
          - {format: json, path: "${file:dst.txt}/data"}
          - {format: json, path: "${file:more.txt}/data"}
        trigger: availableNow
        checkpointLocation: "${file:dst.txt}/data"
        """;
    bench.pipeline(pipeline);
    Command.Result checked = Command.run(folder, "validate", "pipeline.yaml");
    assertThat(checked.code()).as(checked.out()).isZero();
    assertThat(checked.out()).doesNotContain("warning");
    bench.pipeline(pipeline.replace("dst.txt", "src.txt"));
    assertThat(bench.run().err()).contains("error[reads-own-output]");
  }

  @Test
  void aCheckpointOfTheCommandLineIsNoFolderThatIsRead() throws IOException {
    bench.pipeline("csv", "", "");
    assertThat(bench.run("--checkpoint", "in").err())
        .contains("--checkpoint: error[reads-own-output]: the checkpoint lies in the folder");
    assertThat(bench.run("--checkpoint", "out").err())
        .contains("--checkpoint: warning[checkpoint-in-output]");
    assertThat(bench.run("--checkpoint", "hfds://a/b").err())
        .contains("--checkpoint: error[unknown-file-store]", "did you mean 'hdfs://'?");
  }
}
