package dev.sluice.operators.codec.json;

import dev.sluice.operators.codec.TextValues;
import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Decimal128Builder;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.FloatBuilder;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.MapBuilder;
import dev.sluice.operators.data.StructBuilder;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * JSON values into column builders. A value that does not have its type fails alone: the nearest
 * struct puts null for the field and goes on; an array or map with a failed element fails whole.
 */
final class JsonValues {
  /** The value was appended. */
  static final int GOOD = 0;

  /** A value was appended, but something inside did not have its type. */
  static final int PARTIAL = 1;

  /** Nothing was appended; the reader stands anywhere inside the value. */
  static final int FAILED = 2;

  private static final long MICROS = 1_000_000L;

  private final JsonReader reader;
  private final TextValues values;
  private final boolean exactTexts;
  // Made for the first one only.
  private @Nullable JsonVariants variants;

  JsonValues(JsonReader reader, JsonReadOptions options) {
    this.reader = reader;
    this.values = new TextValues(options.timeFormats());
    this.exactTexts = options.exactTexts();
  }

  /**
   * Appends the value that comes next and passes it, with null for a wrong one; GOOD or PARTIAL.
   */
  int field(JsonNode node, ColumnBuilder builder, int depth) {
    int first = reader.peek();
    int begin = reader.at;
    int size = builder.size();
    int result = value(node, builder, first, depth);
    if (result == FAILED) {
      builder.truncate(size);
      builder.appendNull();
      reader.at = begin;
      reader.skip(depth);
      return PARTIAL;
    }
    return result;
  }

  private int value(JsonNode node, ColumnBuilder builder, int first, int depth) {
    if (node.kind == JsonNode.Kind.VARIANT) {
      return variant((BytesBuilder) builder, depth);
    }
    if (first == 'n') {
      reader.word("null");
      builder.appendNull();
      return GOOD;
    }
    return switch (node.kind) {
      case STRING -> text((BytesBuilder) builder, first, depth);
      case INTEGER -> integer(node, (IntBuilder) builder, first);
      case LONG -> longInteger((LongBuilder) builder, first);
      case DOUBLE -> doubles((DoubleBuilder) builder, first);
      case FLOAT -> floats((FloatBuilder) builder, first);
      case BOOLEAN -> booleans((BooleanBuilder) builder, first);
      case DECIMAL -> decimal((DecimalType) node.type, builder, first);
      case TIMESTAMP -> timestamp((LongBuilder) builder, first);
      case TIMESTAMP_NTZ -> timestampNtz((LongBuilder) builder, first);
      case DATE -> date((IntBuilder) builder, first);
      case BINARY -> binary((BytesBuilder) builder, first);
      case VARIANT -> variant((BytesBuilder) builder, depth);
      case OTHER -> other(node, builder, first);
      case STRUCT -> first == '{' ? struct(node, (StructBuilder) builder, depth) : FAILED;
      case ARRAY -> first == '[' ? array(node, (ArrayBuilder) builder, depth) : FAILED;
      case MAP -> first == '{' ? map(node, (MapBuilder) builder, depth) : FAILED;
    };
  }

  private static boolean isNumber(int first) {
    return (first >= '0' && first <= '9')
        || first == '-'
        || first == '+'
        || first == 'N'
        || first == 'I';
  }

  private int text(BytesBuilder builder, int first, int depth) {
    if (reader.isString(first)) {
      reader.string();
      builder.append(reader.text, reader.textStart, reader.textLength);
      return GOOD;
    }
    int begin = reader.at;
    if (!exactTexts) {
      JsonOutput printed = new JsonOutput();
      JsonScan.copy(reader, printed, depth);
      builder.append(printed.bytes());
      return GOOD;
    }
    reader.skip(depth);
    builder.append(reader.data, begin, reader.at - begin);
    return GOOD;
  }

  private boolean wholeNumber(int first) {
    if (!isNumber(first)) {
      return false;
    }
    reader.number();
    return reader.isWhole;
  }

  /** The whole number just read; failed if it is out of range. */
  private long whole(long min, long max) {
    if (!reader.isShort) {
      return values.numbers.integer(reader.data, reader.numberStart, reader.numberLength, min, max);
    }
    values.numbers.failed = reader.shortValue < min || reader.shortValue > max;
    return reader.shortValue;
  }

  private int integer(JsonNode node, IntBuilder builder, int first) {
    if (!wholeNumber(first)) {
      return FAILED;
    }
    long value = whole(node.min, node.max);
    if (values.numbers.failed) {
      return FAILED;
    }
    builder.append((int) value);
    return GOOD;
  }

  private int longInteger(LongBuilder builder, int first) {
    if (!wholeNumber(first)) {
      return FAILED;
    }
    long value = whole(Long.MIN_VALUE, Long.MAX_VALUE);
    if (values.numbers.failed) {
      return FAILED;
    }
    builder.append(value);
    return GOOD;
  }

  private int doubles(DoubleBuilder builder, int first) {
    double value;
    if (isNumber(first)) {
      reader.number();
      value =
          reader.isNamed
              ? reader.named()
              : values.numbers.doubleOf(reader.data, reader.numberStart, reader.numberLength);
    } else if (reader.isString(first)) {
      reader.string();
      value = namedInText();
      if (values.numbers.failed) {
        return FAILED;
      }
    } else {
      return FAILED;
    }
    builder.append(value);
    return GOOD;
  }

  private int floats(FloatBuilder builder, int first) {
    float value;
    if (isNumber(first)) {
      reader.number();
      value =
          reader.isNamed
              ? (float) reader.named()
              : values.numbers.floatOf(reader.data, reader.numberStart, reader.numberLength);
    } else if (reader.isString(first)) {
      reader.string();
      value = (float) namedInText();
      if (values.numbers.failed) {
        return FAILED;
      }
    } else {
      return FAILED;
    }
    builder.append(value);
    return GOOD;
  }

  private double namedInText() {
    values.numbers.failed = !reader.allowsNamedNumbers();
    String word = reader.textLength > 9 ? "" : reader.textString();
    switch (word) {
      case "NaN" -> {
        return Double.NaN;
      }
      case "+INF", "+Infinity", "Infinity" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-INF", "-Infinity" -> {
        return Double.NEGATIVE_INFINITY;
      }
      default -> {
        values.numbers.failed = true;
        return 0;
      }
    }
  }

  private int booleans(BooleanBuilder builder, int first) {
    if (first == 't') {
      reader.word("true");
      builder.append(true);
      return GOOD;
    }
    if (first == 'f') {
      reader.word("false");
      builder.append(false);
      return GOOD;
    }
    return FAILED;
  }

  private int decimal(DecimalType type, ColumnBuilder builder, int first) {
    byte[] data = reader.data;
    int start;
    int length;
    if (isNumber(first)) {
      reader.number();
      start = reader.numberStart;
      length = reader.numberLength;
    } else if (reader.isString(first)) {
      reader.string();
      data = reader.text;
      start = reader.textStart;
      length = reader.textLength;
    } else {
      return FAILED;
    }
    if (builder instanceof LongBuilder longs) {
      long value = values.numbers.decimal(data, start, length, type.precision(), type.scale());
      if (values.numbers.failed) {
        return FAILED;
      }
      longs.append(value);
      return GOOD;
    }
    BigDecimal value =
        values.numbers.bigDecimal(data, start, length, type.precision(), type.scale());
    if (value == null) {
      return FAILED;
    }
    ((Decimal128Builder) builder).append(value.unscaledValue());
    return GOOD;
  }

  private int timestamp(LongBuilder builder, int first) {
    if (isNumber(first)) {
      if (!wholeNumber(first)) {
        return FAILED;
      }
      long seconds = whole(Long.MIN_VALUE, Long.MAX_VALUE);
      if (values.numbers.failed) {
        return FAILED;
      }
      builder.append(seconds * MICROS);
      return GOOD;
    }
    if (!nonEmptyText(first)) {
      return FAILED;
    }
    long micros = values.timestamp(reader.text, reader.textStart, reader.textLength);
    if (values.failed()) {
      return FAILED;
    }
    builder.append(micros);
    return GOOD;
  }

  private int timestampNtz(LongBuilder builder, int first) {
    if (!nonEmptyText(first)) {
      return FAILED;
    }
    long micros = values.timestampNtz(reader.text, reader.textStart, reader.textLength);
    if (values.failed()) {
      return FAILED;
    }
    builder.append(micros);
    return GOOD;
  }

  private int date(IntBuilder builder, int first) {
    if (!nonEmptyText(first)) {
      return FAILED;
    }
    int days = values.dateOrDays(reader.text, reader.textStart, reader.textLength);
    if (values.failed()) {
      return FAILED;
    }
    builder.append(days);
    return GOOD;
  }

  private boolean nonEmptyText(int first) {
    if (!reader.isString(first)) {
      return false;
    }
    reader.string();
    return reader.textLength > 0;
  }

  private int binary(BytesBuilder builder, int first) {
    if (!reader.isString(first)) {
      return FAILED;
    }
    reader.string();
    byte[] bytes = base64(reader.text, reader.textStart, reader.textLength);
    if (bytes == null) {
      return FAILED;
    }
    builder.append(bytes);
    return GOOD;
  }

  /** Groups of four characters, blanks allowed between them; null for anything else. */
  private static byte @Nullable [] base64(byte[] text, int start, int length) {
    byte[] groups = new byte[length];
    int used = 0;
    for (int i = start; i < start + length; i++) {
      boolean blank = text[i] >= 0 && text[i] <= ' ';
      if (!blank) {
        groups[used++] = text[i];
      } else if (used % 4 != 0) {
        return null;
      }
    }
    if (used % 4 != 0) {
      return null;
    }
    try {
      return Base64.getDecoder().decode(Arrays.copyOf(groups, used));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private int variant(BytesBuilder builder, int depth) {
    if (variants == null) {
      variants = new JsonVariants(reader);
    }
    return variants.append(builder, depth) ? GOOD : FAILED;
  }

  private int other(JsonNode node, ColumnBuilder builder, int first) {
    if (!nonEmptyText(first)) {
      return FAILED;
    }
    Object value = values.other(node.type, reader.text, reader.textStart, reader.textLength);
    if (value == null) {
      return FAILED;
    }
    builder.appendValue(value);
    return GOOD;
  }

  private int struct(JsonNode node, StructBuilder builder, int depth) {
    int size = builder.size();
    int result = GOOD;
    int guess = 0;
    reader.beginNested(depth);
    for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
      reader.name();
      int index = node.field(reader.text, reader.textStart, reader.textLength, guess);
      if (index < 0) {
        reader.skip(depth + 1);
        continue;
      }
      guess = index + 1;
      ColumnBuilder field = builder.field(index);
      if (field.size() > size) {
        // Of a name that repeats, the last value counts.
        field.truncate(size);
      }
      result |= field(node.children[index], field, depth + 1);
    }
    for (int i = 0; i < node.children.length; i++) {
      if (builder.field(i).size() == size) {
        builder.field(i).appendNull();
      }
    }
    builder.endStruct();
    return result;
  }

  private int array(JsonNode node, ArrayBuilder builder, int depth) {
    int result = GOOD;
    reader.beginNested(depth);
    for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
      int element = value(node.children[0], builder.elements(), reader.peek(), depth + 1);
      if (element == FAILED) {
        return FAILED;
      }
      result |= element;
    }
    builder.endArray();
    return result;
  }

  private int map(JsonNode node, MapBuilder builder, int depth) {
    int result = GOOD;
    reader.beginNested(depth);
    BytesBuilder keys = (BytesBuilder) builder.keys();
    for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
      reader.name();
      keys.append(reader.text, reader.textStart, reader.textLength);
      int element = value(node.children[0], builder.values(), reader.peek(), depth + 1);
      if (element == FAILED) {
        return FAILED;
      }
      result |= element;
    }
    builder.endMap();
    return result;
  }
}
