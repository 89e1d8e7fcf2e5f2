package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.hadoop.HdfsServer;
import dev.sluice.runner.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HDFS that looks at rights, and users who lack them. */
class HdfsRightsTest {
  private static final String REMEDY =
      "; give that user the right (hdfs dfs -chown, -chmod, -setfacl), or go as another:"
          + " 'hadoop.user.name'";

  @TempDir static Path disk;
  @TempDir Path folder;
  private static HdfsServer server;

  /** What a command ended with, and said to its user. */
  private record Said(int code, String errors) {}

  @BeforeAll
  static void start() {
    server = HdfsServer.guarded(disk);
    server.makeFolder("/alice", "alice", "755");
    server.makeFolder("/secret", "alice", "700");
    server.makeFolder("/shared", "alice", "777");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private Said call(String verb, String user, String source, String out, String checkpoint)
      throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("in")).resolve("a.csv"), "1\n2\n");
    Path pipeline =
        Files.writeString(
            folder.resolve("p.yaml"),
            """
            name: p
            source: {format: csv, path: "%s", schema: {id: bigint}}
            trigger: availableNow
            sink: {format: csv, path: "%s"}
            checkpointLocation: "%s"
            settings: {hadoop: {hadoop.user.name: %s, fs.defaultFS: "%s"}}
            """
                .formatted(source, out, checkpoint, user, server.uri()));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> words =
        verb.equals("run")
            ? List.of("run", pipeline.toString())
            : List.of("validate", "--connect", pipeline.toString());
    try (PrintStream out1 = new PrintStream(err, true, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      int code = Main.run(words, out1, errors, folder);
      return new Said(code, err.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void theUserOfTheSettingsWritesWhereItMay() throws IOException {
    Said said = call("validate", "alice", "in", "hdfs:///alice/out", "hdfs:///alice/cp");
    assertThat(said.code()).as(said.errors()).isZero();
    said = call("run", "alice", "in", "hdfs:///alice/out", "hdfs:///alice/cp");
    assertThat(said.code()).as(said.errors()).isZero();
    // What it wrote is there for others, by the name node's full name too.
    said = call("run", "bob", "hdfs:///alice/out", server.uri() + "/shared/copy", "cp-copy");
    assertThat(said.code()).as(said.errors()).isZero();
  }

  @Test
  void whoMayNotWriteIsToldUserRightAndPath() throws IOException {
    String denied = "user=bob, access=WRITE, inode=\"/alice\":alice:";
    Said said = call("run", "bob", "in", "hdfs:///alice/bobs", "cp-bob");
    assertThat(said.code()).as(said.errors()).isEqualTo(1);
    assertThat(said.errors())
        .contains("error[", "hdfs:///alice/bobs", denied, REMEDY)
        .doesNotContain("\tat ", "Exception");
    said = call("run", "bob", "in", "hdfs:///shared/bobs", "hdfs:///alice/cp-bob");
    assertThat(said.code()).as(said.errors()).isEqualTo(1);
    assertThat(said.errors())
        .contains("error[", "hdfs:///alice/cp-bob", denied, REMEDY)
        .doesNotContain("\tat ", "Exception");
  }

  @Test
  void whoMayNotReadIsToldUserRightAndPath() throws IOException {
    Said said = call("run", "bob", "hdfs:///secret/in", "out", "cp-secret");
    assertThat(said.code()).as(said.errors()).isEqualTo(1);
    assertThat(said.errors())
        .contains("error[", "hdfs:///secret/in", "user=bob, access=", "inode=\"/secret\"", REMEDY)
        .doesNotContain("\tat ", "Exception");
  }

  @Test
  void connectFindsMissingRightsAndLeavesNothing() throws IOException {
    Said said =
        call("validate", "bob", "hdfs:///secret/in", "hdfs:///alice/x/out", "hdfs:///alice/x/cp");
    assertThat(said.code()).as(said.errors()).isEqualTo(1);
    assertThat(said.errors())
        .contains(
            "nothing can be written to 'hdfs:///alice/x/out': ",
            "error[checkpoint-unavailable]",
            "user=bob, access=",
            "inode=\"/alice\"",
            "inode=\"/secret\"",
            "3 connection problems")
        .doesNotContain("\tat ", "Exception");
  }
}
