package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** Lines of a log beside the problems that the command tells. */
class LogSetupTest {
  private static final UncheckedIOException CAUSED =
      new UncheckedIOException("failed", new IOException("no\nspace"));

  private static String line(String logger, Level level, String message) {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent("caller", context.getLogger(logger), level, message, CAUSED, null);
    event.setTimeStamp(0);
    return LogSetup.line(event);
  }

  @Test
  void aWarningOfOursReadsLikeAllOthersAndTellsItsCauses() {
    assertThat(line("dev.sluice.x", Level.WARN, "slow-disk: it takes long"))
        .isEqualTo(
            "warning[slow-disk]: it takes long | java.io.UncheckedIOException: failed"
                + " | java.io.IOException: no\\nspace");
    assertThat(line("dev.sluice.x", Level.WARN, "It takes long")).startsWith("warning: It takes");
  }

  @Test
  void whatOthersLogTellsWhoAndWhen() {
    assertThat(line("org.other", Level.ERROR, "it broke"))
        .startsWith("1970-01-01T00:00:00Z ERROR org.other: it broke | java.io.Unchecked")
        .endsWith("no\\nspace");
  }
}
