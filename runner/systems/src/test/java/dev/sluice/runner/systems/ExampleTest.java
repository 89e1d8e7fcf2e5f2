package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.hadoop.HdfsServer;
import dev.sluice.connectors.s3.S3Server;
import dev.sluice.operators.testing.SharedData;
import dev.sluice.runner.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that goes from one storage to another. */
class ExampleTest {
  @TempDir Path folder;

  @Test
  void bringsOrdersFromHdfsToS3() throws IOException {
    Path example = SharedData.repository().resolve("pipelines/hdfs-to-s3");
    try (HdfsServer hdfs = HdfsServer.start(folder.resolve("hdfs"), 0, true);
        S3Server s3 = S3Server.start(folder.resolve("s3"), 0).withBucket("trial")) {
      String node = "hdfs=" + hdfs.uri();
      String server = "s3=" + s3.endpoint();
      run(example, "fill.yaml", "--set", node);
      run(example, "pipeline.yaml", "--set", node, "--set", server);
      // A second run finds nothing new.
      run(example, "pipeline.yaml", "--set", node, "--set", server);
      assertThat(run(example, "check.yaml", "--set", server))
          .endsWith(Files.readString(example.resolve("expected/amounts.txt")) + "\n");
    }
  }

  private static String run(Path example, String file, String... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> words = new ArrayList<>(List.of("run", file));
    words.addAll(List.of(more));
    int code =
        Main.run(
            words,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            example);
    assertThat(code).as(() -> err.toString(StandardCharsets.UTF_8)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }
}
