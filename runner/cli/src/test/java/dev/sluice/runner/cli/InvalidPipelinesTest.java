package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of {@code pipelines/invalid} gives exactly the output in the text file beside it. A
 * first line {@code # arguments: ...} adds to the command line.
 */
class InvalidPipelinesTest {
  private static final Path FOLDER = SharedData.repository().resolve("pipelines/invalid");
  private static final String ARGUMENTS = "# arguments: ";

  static Stream<String> files() throws IOException {
    try (Stream<Path> found = Files.list(FOLDER)) {
      return found
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void saysExactlyWhatIsWrong(String file) throws IOException {
    List<String> words = new ArrayList<>(List.of("validate", file));
    String first =
        new String(Files.readAllBytes(FOLDER.resolve(file)), StandardCharsets.ISO_8859_1)
            .lines()
            .findFirst()
            .orElse("");
    if (first.startsWith(ARGUMENTS)) {
      words.addAll(List.of(first.substring(ARGUMENTS.length()).split(" ")));
    }
    Command.Result result = Command.run(FOLDER, words.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isEqualTo(Main.WRONG);
    Golden.check(FOLDER.resolve(file.replace(".yaml", ".txt")), result.out());
  }

  @Test
  void hasNoTextWithoutItsPipeline() throws IOException {
    try (Stream<Path> found = Files.list(FOLDER)) {
      assertThat(found.map(Path::toString).filter(name -> name.endsWith(".txt")))
          .allMatch(name -> Files.exists(Path.of(name.replace(".txt", ".yaml"))));
    }
  }

  @Test
  void refusesALargeFileUnread(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("large.yaml");
    try (var channel =
        java.nio.channels.FileChannel.open(
            file,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(new byte[] {'a'}), 100_000_000);
    }
    Command.Result result = Command.run(folder, "validate", "large.yaml");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.out())
        .startsWith("large.yaml:1:1: error[file-too-large]: the file has 100000001 bytes");
  }

  @Test
  void namesAFileThatIsNotThere(@TempDir Path folder) {
    Command.Result result = Command.run(folder, "validate", "no.yaml", ".");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.out())
        .isEqualTo(
            "no.yaml: error[file-not-found]: there is no such file\n"
                + "no.yaml: 1 error\n"
                + ".: error[unreadable-file]: this is a directory; name the file in it\n"
                + ".: 1 error\n");
  }

  @ParameterizedTest
  @CsvSource({
    "[, 100000, 'nested-too-deep'",
    "'{a: ', 100000, 'nested-too-deep'",
    "'- ', 100000, 'nested-too-deep'",
    "'? ', 100000, 'nested-too-deep'",
    "'- a\n', 200000, 'file-too-large'",
    "'\0', 1000, 'invalid-yaml'",
    "'\t', 10, 'invalid-yaml'"
  })
  void refusesWhatRepeatsWithoutEnd(String text, int times, String code, @TempDir Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("p.yaml"),
        text.replace("\\n", "\n").replace("\\0", "\0").replace("\\t", "\t").repeat(times));
    Command.Result result = Command.run(folder, "run", "p.yaml");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).matches("p.yaml:\\d+:\\d+: error\\[" + code + "]: .*\n");
  }

  @Test
  void longRowOfStepsIsRunOrRefusedInWords(@TempDir Path folder) throws IOException {
    String text =
        "name: q\nsource: {format: inline, options: {batches: [[{a: 1}]]}, schema: {a: int}}\n"
            + "trigger: availableNow\nsink: {format: console}\nsteps:\n";
    Files.writeString(folder.resolve("p.yaml"), text + "- where: a > 0\n".repeat(300));
    Command.Result few = Command.run(folder, "run", "p.yaml");
    assertThat(few.code()).as(few.err()).isZero();
    assertThat(few.out()).contains("|  1|");
    Files.writeString(folder.resolve("p.yaml"), text + "- where: a > 0\n".repeat(10_000));
    Command.Result many = Command.run(folder, "run", "p.yaml");
    assertThat(many.code()).isEqualTo(Main.WRONG);
    assertThat(many.err()).startsWith("p.yaml:1:1: error[nested-too-deep]: ");
    assertThat(many.err().lines()).hasSize(1);
  }

  @Test
  void namesWhyAFileCannotBeRead(@TempDir Path folder) throws IOException {
    Files.createSymbolicLink(folder.resolve("loop.yaml"), folder.resolve("loop.yaml"));
    Files.createSymbolicLink(folder.resolve("gone.yaml"), folder.resolve("nowhere"));
    Command.Result result = Command.run(folder, "validate", "loop.yaml", "gone.yaml");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.out())
        .contains("loop.yaml: error[unreadable-file]: the file cannot be read: Too many levels")
        .contains("gone.yaml: error[file-not-found]: there is no such file")
        .doesNotContain(folder.toString());
  }
}
