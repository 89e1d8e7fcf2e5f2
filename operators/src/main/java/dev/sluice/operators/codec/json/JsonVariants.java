package dev.sluice.operators.codec.json;

import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.variant.VariantWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * JSON values as variants, as Spark's {@code parse_json} reads them: whole numbers as such, numbers
 * with a point as decimals of up to 38 digits, all others as doubles. An object must not have two
 * fields of one name. Not thread-safe.
 */
public final class JsonVariants {
  /** Longer numbers are malformed, as in Spark; making them would take minutes. */
  private static final int MOST_DIGITS = 1000;

  private final JsonReader reader;
  private final VariantWriter writer = new VariantWriter();

  /** For texts that are JSON and nothing more lenient. */
  public JsonVariants() {
    this(new JsonReader(JsonSyntax.STRICT));
  }

  JsonVariants(JsonReader reader) {
    this.reader = reader;
  }

  /**
   * Appends the first value of a text; false, and nothing appended, if there is none or it is
   * malformed. What follows the value is not looked at, but that a number by itself ends with the
   * text or before a space.
   */
  public boolean append(byte[] data, int start, int length, BytesBuilder out) {
    reader.open(data, start, start + length);
    try {
      int first = reader.peek();
      boolean number = first == '-' || (first >= '0' && first <= '9');
      if (!isMade(0) || (number && reader.at < reader.end && !isSpace(data[reader.at]))) {
        return false;
      }
    } catch (JsonMistake e) {
      return false;
    }
    writer.appendTo(out);
    return true;
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
  }

  /** Appends the value that comes next; false if two fields have one name. */
  boolean append(BytesBuilder out, int depth) {
    if (!isMade(depth)) {
      return false;
    }
    writer.appendTo(out);
    return true;
  }

  private boolean isMade(int depth) {
    writer.clear();
    try {
      value(depth);
      return true;
    } catch (VariantWriter.DuplicateName e) {
      return false;
    }
  }

  private void value(int depth) {
    int first = reader.peek();
    if (first == '{') {
      object(depth);
    } else if (first == '[') {
      array(depth);
    } else if (reader.isString(first)) {
      reader.string();
      writer.putString(reader.text, reader.textStart, reader.textLength);
    } else {
      switch (first) {
        case 't' -> {
          reader.word("true");
          writer.putBoolean(true);
        }
        case 'f' -> {
          reader.word("false");
          writer.putBoolean(false);
        }
        case 'n' -> {
          reader.word("null");
          writer.putNull();
        }
        case -1 -> throw reader.mistake("a value is missing");
        default -> number();
      }
    }
  }

  private void object(int depth) {
    int start = writer.position();
    List<VariantWriter.Entry> entries = new ArrayList<>();
    reader.beginNested(depth);
    for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
      reader.name();
      entries.add(writer.entry(reader.textString()));
      value(depth + 1);
    }
    writer.endObject(start, entries);
  }

  private void array(int depth) {
    int start = writer.position();
    int[] positions = new int[8];
    int count = 0;
    reader.beginNested(depth);
    for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
      if (count == positions.length) {
        positions = Arrays.copyOf(positions, count * 2);
      }
      positions[count++] = writer.position();
      value(depth + 1);
    }
    writer.endArray(start, positions, count);
  }

  private void number() {
    reader.number();
    if (reader.isNamed) {
      writer.putDouble(reader.named());
      return;
    }
    if (reader.isWhole && reader.isShort) {
      writer.putLong(reader.shortValue);
      return;
    }
    String text =
        new String(reader.data, reader.numberStart, reader.numberLength, StandardCharsets.US_ASCII);
    if (text.length() > MOST_DIGITS) {
      throw reader.mistake("a number has more than " + MOST_DIGITS + " digits");
    }
    if (text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      writer.putDouble(Double.parseDouble(text));
      return;
    }
    BigDecimal number = new BigDecimal(text);
    if (number.scale() == 0 && number.toBigInteger().bitLength() < Long.SIZE) {
      writer.putLong(number.longValue());
    } else if (number.precision() <= DecimalType.MAX_PRECISION
        && number.scale() <= DecimalType.MAX_PRECISION) {
      writer.putDecimal(number);
    } else {
      writer.putDouble(Double.parseDouble(text));
    }
  }
}
