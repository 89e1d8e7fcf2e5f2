package dev.sluice.connectors.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every format of messages must do, in whatever system they come and go. */
public abstract class MessageFormatContract {
  private static final int ROWS = 20;

  /** The format under test. */
  protected abstract MessageFormat format();

  /** What a pipeline would say to read messages. */
  protected Map<String, String> readOptions() {
    return Map.of();
  }

  /** The columns of a message. */
  protected Schema schema() {
    return Schema.of(
        new Field("id", AtomicType.BIGINT),
        new Field("name", AtomicType.STRING),
        new Field("amount", AtomicType.DOUBLE));
  }

  private Batch rows() {
    return Rows.numbered(schema(), 0, ROWS);
  }

  private Options reading() {
    return Options.of(format().options(), readOptions());
  }

  private List<byte[]> messages() {
    Options options = Options.of(format().writeOptions(), Map.of());
    MessageEncoder encoder = format().encoder(schema(), options, Session.DEFAULT);
    Batch rows = rows();
    List<FlatColumn> columns = rows.columns().stream().map(c -> c.flatten()).toList();
    List<byte[]> messages = new ArrayList<>();
    for (int row = 0; row < rows.rows(); row++) {
      Bytes out = new Bytes(16);
      assertThat(encoder.encode(columns, row, out)).as("has a value").isTrue();
      messages.add(Arrays.copyOf(out.data(), out.size()));
    }
    return messages;
  }

  private MessageDecoder decoder(Schema wanted) {
    return format().decoder(schema(), wanted, reading(), Session.DEFAULT, ROWS);
  }

  /** From an array that is another's before and after. */
  private static void decode(MessageDecoder decoder, byte[] message) {
    byte[] shared = new byte[message.length + 7];
    Arrays.fill(shared, (byte) '9');
    System.arraycopy(message, 0, shared, 3, message.length);
    decoder.decode(shared, 3, message.length);
    Arrays.fill(shared, (byte) '7');
  }

  private static List<String> taken(MessageDecoder decoder, int messages) {
    MessageDecoder.Decoded decoded = decoder.take();
    assertThat(decoded.isComplete()).as("each message gives a row").isTrue();
    assertThat(decoded.batch().rows()).isEqualTo(messages);
    return Rows.texts(decoded.batch());
  }

  @Test
  void itsSchemaCanBeReadAndWritten() {
    Problems problems = new Problems();
    format().checkRead(schema(), reading(), problems);
    format().checkWrite(schema(), Options.of(format().writeOptions(), Map.of()), problems);
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void rowsComeBackAsTheyWereWritten() {
    MessageDecoder decoder = decoder(schema());
    messages().forEach(message -> decode(decoder, message));
    assertThat(taken(decoder, ROWS)).isEqualTo(Rows.texts(rows()));
  }

  @Test
  void anyCuttingIntoBatchesGivesTheSameRows() {
    List<byte[]> messages = messages();
    for (int each : new int[] {1, 3, 7}) {
      MessageDecoder decoder = decoder(schema());
      List<String> rows = new ArrayList<>();
      for (int from = 0; from < ROWS; from += each) {
        List<byte[]> some = messages.subList(from, Math.min(ROWS, from + each));
        some.forEach(message -> decode(decoder, message));
        assertThat(decoder.rows()).isGreaterThanOrEqualTo(some.size());
        rows.addAll(taken(decoder, some.size()));
      }
      assertThat(rows).as("%s at a time", each).isEqualTo(Rows.texts(rows()));
    }
  }

  @Test
  void columnsComeAsTheyAreAskedFor() {
    List<Field> fields = new ArrayList<>(schema().fields());
    Collections.reverse(fields);
    List<Schema> wishes = new ArrayList<>(List.of(new Schema(fields), Schema.EMPTY));
    fields.forEach(field -> wishes.add(Schema.of(field)));
    Batch all = rows();
    for (Schema wanted : wishes) {
      MessageDecoder decoder = decoder(wanted);
      messages().forEach(message -> decode(decoder, message));
      Batch expected =
          new Batch(
              wanted,
              wanted.names().stream()
                  .map(name -> all.column(schema().names().indexOf(name)))
                  .toList(),
              ROWS);
      assertThat(taken(decoder, ROWS)).as(wanted.toString()).isEqualTo(Rows.texts(expected));
    }
  }

  @Test
  void aMessageWithoutAValueIsARowOfNulls() {
    MessageDecoder decoder = decoder(schema());
    List<byte[]> messages = messages();
    decode(decoder, messages.get(0));
    decoder.decodeNull();
    decode(decoder, messages.get(1));
    List<String> expected = Rows.texts(rows());
    String nulls = Rows.text(Collections.nCopies(schema().size(), null));
    assertThat(taken(decoder, 3)).containsExactly(expected.get(0), nulls, expected.get(1));
  }
}
