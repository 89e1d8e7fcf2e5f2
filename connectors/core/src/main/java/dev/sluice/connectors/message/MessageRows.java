package dev.sluice.connectors.message;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts together what values hold and what a connector knows of each message beside it. One
 * reader's: it gives {@link #add} each message and fills the columns {@link #own} itself, a row for
 * each; {@link #take} makes a batch of both. Not thread-safe.
 */
public final class MessageRows {
  /** The hidden column that says what the connector knows of a decoded message. */
  public static final String METADATA = "_metadata";

  private final Schema wanted;
  private final List<Field> own = new ArrayList<>();
  private final boolean[] inValue;
  private final Optional<MessageDecoder> decoder;

  /**
   * @param wanted the columns of the batches
   * @param metadata the column that is beside those of values
   * @param decoders makes the decoder for those of the wanted columns that are in values; empty if
   *     all columns are the connector's own
   */
  MessageRows(Schema wanted, Field metadata, Optional<Function<Schema, MessageDecoder>> decoders) {
    this.wanted = wanted;
    this.inValue = new boolean[wanted.size()];
    List<Field> values = new ArrayList<>();
    for (int i = 0; i < inValue.length; i++) {
      Field field = wanted.field(i);
      inValue[i] = decoders.isPresent() && !field.equals(metadata);
      (inValue[i] ? values : own).add(field);
    }
    this.decoder = decoders.map(make -> make.apply(new Schema(values)));
  }

  /** The columns that the connector fills, in their order. */
  public List<Field> own() {
    return List.copyOf(own);
  }

  /** The next message's value; as {@link MessageDecoder#decode}. */
  public void add(byte[] data, int start, int length) {
    if (decoder.isPresent()) {
      decoder.get().decode(data, start, length);
    }
  }

  /** The next message has no value. */
  public void addNull() {
    decoder.ifPresent(MessageDecoder::decodeNull);
  }

  /**
   * The rows of the messages since the last call. Throws as {@link MessageDecoder#take}.
   *
   * @param columns those of {@link #own}, a row for each message
   */
  public Batch take(List<Column> columns, int messages) {
    if (decoder.isEmpty()) {
      return new Batch(wanted, columns, messages);
    }
    MessageDecoder.Decoded decoded = decoder.get().take();
    Batch values = decoded.batch();
    List<Column> all = new ArrayList<>(inValue.length);
    int value = 0;
    int other = 0;
    for (boolean in : inValue) {
      all.add(in ? values.column(value++) : kept(columns.get(other++), decoded));
    }
    return new Batch(wanted, all, values.rows());
  }

  /** Without the rows of messages that gave none. */
  private static Column kept(Column column, MessageDecoder.Decoded decoded) {
    int rows = decoded.batch().rows();
    return decoded.isComplete()
        ? column
        : column.select(Arrays.copyOf(decoded.messages(), rows), rows);
  }
}
