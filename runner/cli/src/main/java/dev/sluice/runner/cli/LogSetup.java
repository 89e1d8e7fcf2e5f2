package dev.sluice.runner.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.time.Instant;

/**
 * Logging of libraries, set up in code: no file is searched for, nothing is parsed. Lines go to
 * stderr, warnings and worse; the environment variable {@code SLUICE_LOG} (debug, info, warn,
 * error, off) says otherwise.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    Lines lines = new Lines();
    lines.setContext(context);
    lines.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(System.getenv("SLUICE_LOG"), Level.WARN));
    root.addAppender(lines);
    // Hadoop warns of each start without its native code, which is not missed.
    context.getLogger("org.apache.hadoop.util.NativeCodeLoader").setLevel(Level.ERROR);
    if (System.getenv("SLUICE_LOG") == null) {
      // Kafka's client warns of each try to reach a broker; what it means for the query is told.
      context.getLogger("org.apache.kafka").setLevel(Level.ERROR);
      // So does the pool of each connection that broke, with the rows that were on it.
      context.getLogger("com.zaxxer.hikari").setLevel(Level.ERROR);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** As all other warnings, which begin with a code: it is the word in front of the colon. */
  private static String warning(String message) {
    int colon = message.indexOf(": ");
    boolean code = colon > 0 && message.substring(0, colon).matches("[a-z]+(-[a-z]+)*");
    return code
        ? "warning[" + message.substring(0, colon) + "]" + message.substring(colon)
        : "warning: " + message;
  }

  /** One line an event, whatever is in it. */
  static String line(ILoggingEvent event) {
    StringBuilder line = new StringBuilder();
    if (event.getLevel() == Level.WARN && event.getLoggerName().startsWith("dev.sluice.")) {
      line.append(warning(event.getFormattedMessage()));
    } else {
      line.append(Instant.ofEpochMilli(event.getTimeStamp()))
          .append(' ')
          .append(event.getLevel())
          .append(' ')
          .append(event.getLoggerName())
          .append(": ")
          .append(event.getFormattedMessage());
    }
    for (IThrowableProxy e = event.getThrowableProxy(); e != null; e = e.getCause()) {
      line.append(" | ").append(e.getClassName()).append(": ").append(e.getMessage());
    }
    return Escapes.visible(Redaction.redact(line.toString()));
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      System.err.println(line(event));
    }
  }
}
