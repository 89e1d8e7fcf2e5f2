package dev.sluice.runner.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Standard output, which remembers why it took no more: a {@link PrintStream} does not tell. */
final class Stdout extends FilterOutputStream {
  private @Nullable IOException failure;
  private Runnable before = () -> {};

  private Stdout(OutputStream out) {
    super(out);
  }

  /** Prints into {@code out}, through a buffer. */
  static PrintStream print(OutputStream out) {
    return new Printer(new Stdout(out));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    before.run();
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /** Has something done each time before text goes out. */
  static void beforeText(PrintStream printed, Runnable action) {
    if (printed instanceof Printer printer) {
      printer.stdout.before = action;
    }
  }

  /**
   * What went wrong while printing; nothing if all went out, or if the reader had enough and left
   * ({@code | head}).
   */
  static @Nullable String problem(PrintStream printed) {
    if (!printed.checkError()) {
      return null;
    }
    IOException failure = printed instanceof Printer printer ? printer.stdout.failure : null;
    if (failure == null) {
      return null;
    }
    String message = String.valueOf(failure.getMessage());
    return message.toLowerCase(Locale.ROOT).contains("pipe") ? null : message;
  }

  private static final class Printer extends PrintStream {
    private final Stdout stdout;

    Printer(Stdout stdout) {
      super(new BufferedOutputStream(stdout, 1 << 16), false, StandardCharsets.UTF_8);
      this.stdout = stdout;
    }
  }
}
