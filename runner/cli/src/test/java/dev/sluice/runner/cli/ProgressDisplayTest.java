package dev.sluice.runner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.io.Clock;
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
    try (ProgressDisplay display = ProgressDisplay.of(word, console, Clock.SYSTEM)) {
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
    try (ProgressDisplay display = ProgressDisplay.of("", console, Clock.SYSTEM)) {
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

  @Test
  void tellsALogStartEndAndNowAndThenHowFarItIs() {
    ManualMillis clock = new ManualMillis();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            Path.of(""),
            Map.of(),
            new Secrets());
    try (ProgressDisplay display = ProgressDisplay.of("lines", console, clock)) {
      display.started("orders", "/cp");
      for (long batch = 0; batch < 3; batch++) {
        clock.now += 20_000;
        display.accept(
            new Progress(batch, 1000, 1, Map.of("files", 2 - batch), List.of(), Map.of()));
      }
      display.ended("orders");
    }
    assertThat(err.toString(UTF_8).lines())
        .containsExactly(
            "'orders' starts on the checkpoint '/cp'",
            "batch 1: 2 batches, 2,000 rows read in 40.0 s  1 file left",
            "'orders' has ended: 3 batches, 3,000 rows read in 60.0 s");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  private static final class ManualMillis implements Clock {
    private long now;

    @Override
    public long millis() {
      return now;
    }

    @Override
    public long nanos() {
      return now * 1_000_000;
    }

    @Override
    public void sleep(long millis) {
      now += millis;
    }
  }
}
