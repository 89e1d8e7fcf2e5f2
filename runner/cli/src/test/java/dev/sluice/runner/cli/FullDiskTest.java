package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Disks that take no more: the failure names the file, nothing half-written counts, and with room
 * again the next run gives the whole output.
 */
class FullDiskTest {
  private static final int ROWS = 20_000;

  @TempDir Path folder;
  private PipelineFolder bench;
  private boolean mounted;

  @BeforeEach
  void putsInput() throws IOException {
    bench = new PipelineFolder(folder);
    bench.put(
        "in/a.csv",
        LongStream.range(0, ROWS).mapToObj(id -> id + ",w" + id).collect(Collectors.joining("\n")));
  }

  @AfterEach
  void unmounts() throws Exception {
    if (mounted) {
      command("umount", folder.resolve("disk").toString());
    }
  }

  private static boolean command(String... words) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  /** A disk of a few pages, where this system allows to make one. */
  private Path smallDisk(int kilobytes) throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    assumeTrue(
        Files.isExecutable(Path.of("/bin/mount"))
            && command(
                "mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", disk.toString()),
        "no file system can be mounted here");
    mounted = true;
    return disk;
  }

  private void pipeline(String out, String checkpoint) throws IOException {
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        trigger: availableNow
        sink: {format: json, path: %s}
        checkpointLocation: %s
        """
            .formatted(out, checkpoint));
  }

  /** In a process none of whose files may become longer. */
  private Command.Result limited(int kilobytes) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash to set a limit with");
    String java =
        bench.java(List.of()).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    // Through cat, since the limit would hold for redirected output as well.
    String script =
        "set -o pipefail; (ulimit -f %d; exec %s) 2>&1 >/dev/null | cat".formatted(kilobytes, java);
    Process process =
        new ProcessBuilder("/bin/bash", "-c", script)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("stdout").toFile())
            .start();
    int code = process.waitFor();
    return new Command.Result(code, "", Files.readString(folder.resolve("stdout")));
  }

  @Test
  void sinkThatCannotGrowIsNamed() throws Exception {
    pipeline("out", "cp");
    PipelineFolder.requireFailure(
        limited(64),
        Main.FAILED,
        "error[file-unwritable]: sink 'json': cannot write '" + folder.resolve("out") + "/part-");
    assertThat(bench.rows()).isEmpty();
    assertThat(PipelineFolder.snapshot(folder.resolve("out"))).isEmpty();
    bench.succeeds();
    assertThat(bench.rows()).hasSize(ROWS);
  }

  @Test
  void stateThatCannotGrowIsNamed() throws Exception {
    bench.pipeline(
        """
        name: q
        source: {format: csv, path: in, schema: {id: bigint, word: string}}
        steps:
          - groupBy: {keys: [word], agg: {n: count(*), total: sum(id)}}
          - where: n <> 1
        trigger: availableNow
        sink: {format: console, outputMode: complete, options: {style: json}}
        checkpointLocation: cp
        """);
    PipelineFolder.requireFailure(
        limited(32),
        Main.FAILED,
        "error[state-unwritable]: the state of batch 0 cannot be written to '"
            + folder.resolve("cp/state"));
    bench.succeeds();
    bench.put("in/b.csv", "5,w1\n");
    Command.Result result = bench.run();
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .isEqualTo("{\"batchId\":1,\"row\":{\"word\":\"w1\",\"n\":2,\"total\":6}}\n");
  }

  @Test
  void checkpointThatTakesNothingIsNamed() throws Exception {
    pipeline("out", "cp");
    PipelineFolder.requireFailure(
        limited(0),
        Main.FAILED,
        "error[checkpoint-unavailable]: the checkpoint '" + folder.resolve("cp") + "'");
    bench.succeeds();
    assertThat(bench.rows()).hasSize(ROWS);
  }

  /** Room for so many files, of which the checkpoint needs one for each thing it writes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4, 8, 16, 24, 32, 40})
  void checkpointOnAFullDiskIsNamedAndGoesOnWithRoom(int kilobytes) throws Exception {
    Path disk = smallDisk(128);
    pipeline("out", "disk/cp");
    byte[] filler = new byte[(128 - kilobytes) * 1024];
    Path file = disk.resolve("filler");
    Files.write(file, filler);
    Command.Result result = bench.run();
    if (result.code() != Main.DONE) {
      PipelineFolder.requireFailure(
          result, Main.FAILED, "'" + disk.resolve("cp"), "o space left on device");
    }
    Files.delete(file);
    bench.succeeds();
    assertThat(bench.rows()).hasSize(ROWS);
  }

  @Test
  void sinkOnAFullDiskIsNamedAndGoesOnWithRoom() throws Exception {
    Path disk = smallDisk(256);
    pipeline("disk/out", "cp");
    PipelineFolder.requireFailure(
        bench.run(),
        Main.FAILED,
        "error[file-unwritable]: sink 'json': cannot write '" + disk.resolve("out") + "/part-",
        "o space left on device");
    assertThat(bench.committed("disk/out")).isEmpty();
    assertThat(PipelineFolder.snapshot(disk)).isEmpty();
    assertThat(command("mount", "-o", "remount,size=10m", disk.toString())).isTrue();
    bench.succeeds();
    assertThat(bench.committed("disk/out")).isNotEmpty();
    long rows = 0;
    for (Path part : bench.committed("disk/out")) {
      rows += Files.readAllLines(part).size();
    }
    assertThat(rows).isEqualTo(ROWS);
  }
}
