package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Runs of the command in processes of their own that are killed with SIGKILL at random moments and
 * started again. How often is {@code -Dsluice.kills=100}.
 */
final class KilledRuns {
  static final int ROWS = 5;
  private static final int KILLS = 25;

  /** So many batches a run does at most before it is killed. */
  private static final int LONGEST = 4;

  /** What a process ends with that SIGKILL has ended. */
  static final int KILLED = 137;

  private static final long SEED = 20260101L;

  private final Path folder;
  private final int kills;
  private int files;

  KilledRuns(Path folder) {
    this(folder, KILLS);
  }

  /** With another default. */
  KilledRuns(Path folder, int kills) {
    this.folder = folder;
    this.kills = Integer.getInteger("sluice.kills", kills);
  }

  /** What is looked at while no process runs. */
  interface Look {
    void look() throws Exception;
  }

  void killAndRestart(Path pipeline) throws Exception {
    killAndRestart(pipeline, () -> {});
  }

  /**
   * Kills run after run at random moments within and between batches, also while one recovers; then
   * one comes through. Input, a file a batch, is there in front of each run, so that all the kills
   * happen however far a run comes before its own: one that came through was not killed, and is not
   * counted.
   */
  void killAndRestart(Path pipeline, Look afterEachKill) throws Exception {
    writeInput(kills);
    Random random = new Random(SEED);
    int killed = 0;
    while (killed < kills) {
      writeInput(LONGEST + 1);
      Process process =
          builder(pipeline, folder.resolve("killed"), "--progress", "json")
              .redirectError(ProcessBuilder.Redirect.PIPE)
              .start();
      // None: somewhere in the replay of the batch that the kill before cut off.
      awaitBatches(process, random.nextInt(LONGEST + 1));
      TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
      int code = process.destroyForcibly().waitFor();
      assertThat(code).as("seed %s", SEED).isIn(KILLED, 0);
      if (code == KILLED) {
        killed++;
        afterEachKill.look();
      }
    }
    System.out.println(killed + " processes killed over " + files + " batches, seed " + SEED);
    assertThat(start(pipeline, folder.resolve("last")).waitFor())
        .as(() -> read(folder.resolve("err")))
        .isZero();
  }

  /** Waits for so many batches; if the process ends before, it must have ended well. */
  private static void awaitBatches(Process process, int batches) throws Exception {
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    StringBuilder other = new StringBuilder();
    int seen = 0;
    while (seen < batches) {
      String line = lines.readLine();
      if (line == null) {
        assertThat(process.waitFor()).as(other.toString()).isZero();
        return;
      }
      if (line.contains("\"batchId\"")) {
        seen++;
      } else {
        other.append(line).append('\n');
      }
    }
    if (batches == 0) {
      TimeUnit.MILLISECONDS.sleep(300);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** A run whose stdout goes to a file. */
  Process start(Path pipeline, Path out) throws IOException {
    return builder(pipeline, out).redirectError(folder.resolve("err").toFile()).start();
  }

  private static ProcessBuilder builder(Path pipeline, Path out, String... more) {
    ProcessBuilder builder = JavaProcess.of(Main.class.getName(), "run", pipeline.toString());
    builder.command().addAll(List.of(more));
    return builder.redirectOutput(out.toFile());
  }

  /** Writes the pipeline file. */
  Path pipeline(String text) throws IOException {
    return Files.writeString(folder.resolve("pipeline.yaml"), text, StandardCharsets.UTF_8);
  }

  /** So many more files {@code input/fN.csv} of rows {@code id,country}; ids count up over all. */
  void writeInput(int more) throws IOException {
    for (int file = 0; file < more; file++) {
      writeFile(files++);
    }
  }

  /** So many rows there are, with the ids 0, 1, 2 ... */
  long rows() {
    return (long) files * ROWS;
  }

  private void writeFile(int file) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input"));
    StringBuilder text = new StringBuilder();
    for (long id = (long) file * ROWS; id < (file + 1L) * ROWS; id++) {
      text.append(id).append(',').append(country(id)).append('\n');
    }
    Path path = input.resolve("f" + file + ".csv");
    Files.writeString(path, text);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_767_225_600_000L + file * 1000L));
  }

  static String country(long id) {
    return "c" + id % 4;
  }
}
