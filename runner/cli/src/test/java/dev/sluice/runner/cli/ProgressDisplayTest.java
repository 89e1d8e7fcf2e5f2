package dev.sluice.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.pipeline.Secrets;
import dev.sluice.runner.plan.Progress;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private void show(String word, boolean terminal) {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            terminal,
            Path.of(""),
            Map.of(),
            new Secrets());
    try (ProgressDisplay display = ProgressDisplay.of(word, console)) {
      display.accept(
          new Progress(7, 1200, 48_000, Map.of("files", 12_345L), List.of(), Map.of("batchId", 7)));
      display.accept(new Progress(8, 5, 20, Map.of("files", 0L), List.of(), Map.of("batchId", 8)));
    }
  }

  @Test
  void rewritesOneLineOnATerminal() {
    show("", true);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "\rbatch 7  1,200 rows  48,000 rows/s  12,345 files left"
                + "\rbatch 8  1,205 rows  20 rows/s"
                + " ".repeat(23)
                + System.lineSeparator());
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void leavesTheLineToWhatIsPrintedBesideIt() {
    PrintStream printed = Stdout.print(out);
    Console console =
        new Console(
            InputStream.nullInputStream(),
            printed,
            new PrintStream(err, true, UTF_8),
            true,
            Path.of(""),
            Map.of(),
            new Secrets());
    try (ProgressDisplay display = ProgressDisplay.of("", console)) {
      Stdout.beforeText(printed, display::erase);
      display.accept(new Progress(7, 1, 20, Map.of("files", 1L), List.of(), Map.of("batchId", 7)));
      printed.print("row");
      printed.flush();
    }
    String line = "batch 7  1 rows  20 rows/s  1 file left";
    assertThat(err.toString(UTF_8))
        .isEqualTo("\r" + line + "\r" + " ".repeat(line.length()) + "\r");
    assertThat(out.toString(UTF_8)).isEqualTo("row");
  }

  @Test
  void saysNothingWhereNobodyLooks() {
    show("", false);
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void printsSparksJsonWhenAskedTo() {
    show("json", false);
    assertThat(err.toString(UTF_8).lines()).containsExactly("{\"batchId\":7}", "{\"batchId\":8}");
    assertThat(out.toString(UTF_8)).isEmpty();
  }
}
