package dev.sluice.connectors.text;

import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.Utf8;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import java.util.List;
import java.util.Optional;

/** Messages whose value is one column, as it stands. */
abstract class WholeMessages implements MessageFormat {
  private final String name;
  private final String summary;
  private final AtomicType type;

  WholeMessages(String name, String summary, AtomicType type) {
    this.name = name;
    this.summary = summary;
    this.type = type;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public List<Option> options() {
    return List.of();
  }

  @Override
  public List<Option> writeOptions() {
    return List.of();
  }

  @Override
  public Optional<Schema> defaultSchema() {
    return Optional.of(Schema.of(new Field("value", type)));
  }

  @Override
  public void checkRead(Schema columns, Options options, Problems problems) {
    requireOne(columns, options, problems);
  }

  @Override
  public void checkWrite(Schema schema, Options options, Problems problems) {
    requireOne(schema, options, problems);
  }

  private void requireOne(Schema schema, Options options, Problems problems) {
    if (schema.size() != 1 || schema.field(0).type() != type) {
      problems.error(
          "unsupported-schema",
          options.at(),
          "a message of 'valueFormat: " + name + "' is one column of type " + type.sql(),
          "declare or select just that, or use 'valueFormat: json'");
    }
  }

  @Override
  public MessageDecoder decoder(
      Schema columns, Schema wanted, Options options, Session session, int capacity) {
    return new Decoder(wanted, type, capacity);
  }

  @Override
  public MessageEncoder encoder(Schema schema, Options options, Session session) {
    return (columns, row, out) -> {
      BytesColumn bytes = (BytesColumn) columns.get(0);
      if (bytes.isNull(row)) {
        return false;
      }
      out.put(bytes.data(), bytes.starts()[row], bytes.lengths()[row]);
      return true;
    };
  }

  private static final class Decoder implements MessageDecoder {
    private final Schema wanted;
    private final AtomicType type;
    private final int capacity;
    private BytesBuilder builder;

    Decoder(Schema wanted, AtomicType type, int capacity) {
      this.wanted = wanted;
      this.type = type;
      this.capacity = capacity;
      this.builder = (BytesBuilder) ColumnBuilder.of(type, capacity);
    }

    @Override
    public void decode(byte[] data, int start, int length) {
      int end = start + length;
      if (type == AtomicType.STRING && Utf8.firstInvalid(data, start, end) != end) {
        Chunk repaired = Utf8.repaired(new Chunk(data, start, end, 0));
        builder.append(repaired.data(), repaired.from(), repaired.to() - repaired.from());
      } else {
        builder.append(data, start, length);
      }
    }

    @Override
    public void decodeNull() {
      builder.appendNull();
    }

    @Override
    public int rows() {
      return builder.size();
    }

    @Override
    public Decoded take() {
      BytesColumn column = builder.build();
      builder = (BytesBuilder) ColumnBuilder.of(type, capacity);
      List<Column> columns = wanted.size() == 0 ? List.of() : List.of(column);
      return Decoded.complete(new Batch(wanted, columns, column.size()));
    }
  }
}
