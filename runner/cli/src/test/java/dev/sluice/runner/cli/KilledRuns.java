package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Runs of the command in processes of their own that are killed with SIGKILL at random moments and
 * started again. How often is {@code -Dsluice.kills=100}.
 */
final class KilledRuns {
  static final int ROWS = 5;
  private static final int KILLS = Integer.getInteger("sluice.kills", 25);
  private static final long SEED = 20260101L;

  private final Path folder;

  KilledRuns(Path folder) {
    this.folder = folder;
  }

  /** Kills run after run at random moments, until one comes through; then one more runs. */
  void killAndRestart(Path pipeline) throws Exception {
    Random random = new Random(SEED);
    int killed = 0;
    for (int start = 0; start < KILLS; start++) {
      Process process = start(pipeline, folder.resolve("killed"));
      // The first part of a second is start-up: most kills must come later.
      if (process.waitFor(300 + random.nextInt(700), TimeUnit.MILLISECONDS)) {
        assertThat(process.exitValue()).as(() -> read(folder.resolve("err"))).isZero();
        break;
      }
      process.destroyForcibly().waitFor();
      killed++;
    }
    assertThat(killed).as("processes killed, seed %s", SEED).isGreaterThan(2);
    assertThat(start(pipeline, folder.resolve("last")).waitFor())
        .as(() -> read(folder.resolve("err")))
        .isZero();
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
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "dev.sluice.runner.cli.Main",
            "run",
            pipeline.toString())
        .redirectOutput(out.toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  /** Writes the pipeline file. */
  Path pipeline(String text) throws IOException {
    return Files.writeString(folder.resolve("pipeline.yaml"), text, StandardCharsets.UTF_8);
  }

  /** Files {@code input/fN.csv} of rows {@code id,country}; ids count up over all files. */
  void writeInput(int files) throws IOException {
    for (int file = 0; file < files; file++) {
      writeFile(file);
    }
  }

  void writeFile(int file) throws IOException {
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
