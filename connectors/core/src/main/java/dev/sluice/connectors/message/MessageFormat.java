package dev.sluice.connectors.message;

import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Retried;
import java.util.List;
import java.util.Optional;

/**
 * How a row is written in the value of a message: a word after {@code valueFormat:}. Formats
 * multiply with systems of messages: each can be read from and written to every one. {@link
 * ComponentType#options} are those for reading.
 */
public interface MessageFormat extends ComponentType {
  List<Option> writeOptions();

  /** The columns when none are declared; empty if they must be. */
  Optional<Schema> defaultSchema();

  /** The same where an option may say them. */
  default Optional<Schema> defaultSchema(Options options) {
    return defaultSchema();
  }

  /** Checks that messages can be read into these columns. Touches nothing outside. */
  default void checkRead(Schema columns, Options options, Problems problems) {}

  /** Checks that rows of this schema can be written. Touches nothing outside. */
  default void checkWrite(Schema schema, Options options, Problems problems) {}

  /**
   * Asks whether what these options name outside is there, a registry of schemas say, and reports
   * if it is not. Called by {@code runner validate --connect}, once, on a thread that may be
   * interrupted.
   *
   * @return what was found, for people; empty if there is no such thing
   */
  default String checkConnection(Options options, Problems problems) {
    return "";
  }

  /**
   * A decoder for one reading thread.
   *
   * @param columns all columns of a message
   * @param wanted those to deliver
   * @param capacity the most rows of a batch
   */
  MessageDecoder decoder(
      Schema columns, Schema wanted, Options options, Session session, int capacity);

  /**
   * How often something outside that these options name was asked again, by this process: a
   * registry of schemas, say. Any thread.
   */
  default Retried retried(Options options) {
    return Retried.NEVER;
  }

  /** The options for writing, where all messages go to one topic: names may follow from it. */
  default Options forTopic(String topic, Options options) {
    return options;
  }

  /** An encoder for one writing thread. */
  MessageEncoder encoder(Schema schema, Options options, Session session);
}
