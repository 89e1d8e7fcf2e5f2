package dev.sluice.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import dev.sluice.runner.pipeline.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every pipeline of {@code pipelines/} is valid, and does what stands in its {@code expected/}. */
@Timeout(300)
class ExamplesTest {
  private static final Path PIPELINES = SharedData.repository().resolve("pipelines");

  @TempDir Path folder;

  static Stream<String> names() throws IOException {
    try (Stream<Path> found = Files.list(PIPELINES)) {
      return found
          .filter(path -> Files.exists(path.resolve("pipeline.yaml")))
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  /** Also those that fill a topic, or show what came of it. */
  static Stream<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    for (String name : names().toList()) {
      try (Stream<Path> found = Files.list(PIPELINES.resolve(name))) {
        found
            .map(path -> name + "/" + path.getFileName())
            .filter(file -> file.endsWith(".yaml"))
            .forEach(files::add);
      }
    }
    return files.stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("files")
  void isValid(String file) {
    Path path = PIPELINES.resolve(file);
    String name = path.getFileName().toString();
    Command.Result result = Command.run(path.getParent(), "validate", name);
    assertThat(result.err()).isEmpty();
    // Before it may stand what only a run can tell.
    assertThat(result.out()).endsWith(name + ": valid\n").doesNotContain("error[", "warning[");
    assertThat(result.code()).isZero();
  }

  /** A file that {@code run} takes as it is: it says where its checkpoint lies, if it needs one. */
  @ParameterizedTest
  @MethodSource("files")
  void saysWhereItsCheckpointLies(String file) throws IOException {
    String text = Files.readString(PIPELINES.resolve(file));
    assertThat(text).containsAnyOf("checkpointLocation:", "format: console", "format: memory");
  }

  @ParameterizedTest
  @MethodSource("names")
  void isInTheListAndSaysHowToRunIt(String name) throws IOException {
    assertThat(Files.readString(PIPELINES.resolve("README.md"))).contains("`" + name + "`");
    assertThat(Files.readString(PIPELINES.resolve(name).resolve("README.md")))
        .contains("scripts/runner run pipelines/" + name + "/pipeline.yaml");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flights",
        "access-log",
        "inline",
        "windows",
        "sessions",
        "running-maximum",
        "shop-visits",
        "failed-logins",
        "order-reminders",
        "known-devices",
        "account-balances",
        "ad-clicks"
      })
  void printsWhatIsExpected(String name) throws IOException {
    Path copy = copy(name);
    Command.Result result = Command.run(copy, "run", "pipeline.yaml");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(sorted(result.out()))
        .isEqualTo(sorted(Files.readString(copy.resolve("expected/stdout.txt"))));
  }

  /** How many workers there are decides the order of rows in a batch: that of each is sorted. */
  private static List<String> sorted(String text) {
    List<String> all = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    for (String line : (text + "\n").split("\n", -1)) {
      if (line.startsWith("|")) {
        rows.add(line);
      } else {
        rows.sort(null);
        all.addAll(rows);
        rows.clear();
        all.add(line);
      }
    }
    return all;
  }

  @Test
  void writesRevenueToPartitionedParquetOnce() throws IOException {
    Path copy = copy("retail");
    for (int run = 0; run < 2; run++) {
      Command.Result result = Command.run(copy, "run", "pipeline.yaml");
      assertThat(result.err()).isEmpty();
      assertThat(result.code()).isZero();
      assertThat(result.out()).isEmpty();
    }
    assertThat(copy.resolve("output/day=2010-12-01")).isDirectory();
    Command.Result written = Command.run(copy, "run", "check.yaml");
    assertThat(written.err()).isEmpty();
    assertThat(written.out())
        .endsWith(Files.readString(copy.resolve("expected/revenue.txt")) + "\n");
  }

  @Test
  void keepsReadingsInAvroAndThenInOrc() throws IOException {
    Path copy = copy("orc-archive");
    for (String file : List.of("pipeline.yaml", "to-orc.yaml")) {
      Command.Result result = Command.run(copy, "run", file);
      assertThat(result.err()).isEmpty();
      assertThat(result.code()).isZero();
    }
    assertThat(copy.resolve("output/orc/day=2026-01-11")).isDirectory();
    Command.Result kept = Command.run(copy, "run", "check.yaml");
    assertThat(kept.err()).isEmpty();
    assertThat(kept.out()).endsWith(Files.readString(copy.resolve("expected/cold.txt")) + "\n");
  }

  @Test
  void countsWordsFromASocket() throws Exception {
    Path copy = copy("word-count");
    byte[] lines = Files.readAllBytes(copy.resolve("input/lines.txt"));
    String expected = Files.readString(copy.resolve("expected/last-batch.txt"));
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread feeder =
          new Thread(
              () -> {
                try (Socket socket = server.accept()) {
                  OutputStream out = socket.getOutputStream();
                  out.write(lines);
                  out.flush();
                  // Held open until the runner goes.
                  socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                  // The runner went.
                }
              });
      feeder.start();
      String out =
          runUntil(
              copy,
              text -> text.contains(expected),
              "run",
              "pipeline.yaml",
              "--set",
              "host=127.0.0.1",
              "--set",
              "port=" + server.getLocalPort());
      assertThat(out).startsWith("-".repeat(43) + "\nBatch: 0\n").contains(expected);
      feeder.join();
    }
  }

  @Test
  void showsNumbersAsTheyCome() throws Exception {
    String out =
        runUntil(copy("rate"), text -> text.contains("|    4|    16|"), "run", "pipeline.yaml");
    assertThat(out).contains("|value|square|").contains("|    0|     0|");
  }

  /** Runs the command in a thread of its own until its output is as wanted, then stops it. */
  private static String runUntil(Path directory, Predicate<String> wanted, String... words)
      throws Exception {
    Watched out = new Watched();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            directory,
            Map.of(),
            new Secrets());
    FutureTask<Integer> task =
        new FutureTask<>(() -> Main.run(new ArrayList<>(Arrays.asList(words)), console));
    Thread runner = new Thread(task);
    runner.start();
    out.await(wanted, runner);
    runner.interrupt();
    assertThat(task.get()).as(err.toString(UTF_8)).isZero();
    return out.text();
  }

  /** Output that can be waited for. */
  private static final class Watched extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int b) {
      bytes.write(b);
      notifyAll();
    }

    @Override
    public synchronized void write(byte[] some, int offset, int length) {
      bytes.write(some, offset, length);
      notifyAll();
    }

    synchronized String text() {
      return bytes.toString(UTF_8);
    }

    /** Also ends when the thread does. */
    synchronized void await(Predicate<String> wanted, Thread runner) throws InterruptedException {
      while (!wanted.test(text()) && runner.isAlive()) {
        wait(100);
      }
    }
  }

  /**
   * The example in a folder of its own; its inputs have grown older in the order of their names.
   */
  private Path copy(String name) throws IOException {
    Path from = PIPELINES.resolve(name);
    Path to = folder.resolve(name);
    List<Path> files;
    try (Stream<Path> found = Files.walk(from)) {
      // Not what a run by hand has left behind.
      files =
          found
              .filter(f -> !f.startsWith(from.resolve("checkpoint")))
              .filter(f -> !f.startsWith(from.resolve("output")))
              .sorted()
              .toList();
    }
    long time = 1_700_000_000_000L;
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else {
        Files.copy(file, target);
        Files.setLastModifiedTime(target, FileTime.fromMillis(time += 1000));
      }
    }
    return to;
  }
}
