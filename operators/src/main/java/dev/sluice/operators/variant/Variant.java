package dev.sluice.operators.variant;

import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One value of the type VARIANT, or one inside another, in the binary form that Spark and Parquet
 * share. A column holds the metadata (the dictionary of field names) and right behind it the value;
 * both say themselves how long they are. Immutable; the bytes are not copied.
 */
public final class Variant {
  static final int VERSION = 1;
  static final int PRIMITIVE = 0;
  static final int SHORT_STRING = 1;
  static final int OBJECT = 2;
  static final int ARRAY = 3;
  static final int NULL = 0;
  static final int TRUE = 1;
  static final int FALSE = 2;
  static final int INT1 = 3;
  static final int INT2 = 4;
  static final int INT4 = 5;
  static final int INT8 = 6;
  static final int DOUBLE = 7;
  static final int DECIMAL4 = 8;
  static final int DECIMAL8 = 9;
  static final int DECIMAL16 = 10;
  static final int DATE = 11;
  static final int TIMESTAMP = 12;
  static final int TIMESTAMP_NTZ = 13;
  static final int FLOAT = 14;
  static final int BINARY = 15;
  static final int LONG_STRING = 16;

  /** What a value is; whole numbers of all widths are one kind. */
  public enum Kind {
    NULL,
    BOOLEAN,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL,
    STRING,
    BINARY,
    DATE,
    TIMESTAMP,
    TIMESTAMP_NTZ,
    OBJECT,
    ARRAY
  }

  private final byte[] data;
  private final int metadata;
  private final int at;

  private Variant(byte[] data, int metadata, int at) {
    this.data = data;
    this.metadata = metadata;
    this.at = at;
  }

  /** The value of a row that is not null. */
  public static Variant of(BytesColumn column, int row) {
    return of(column.data(), column.starts()[row]);
  }

  /** The value whose metadata begins at {@code start}. */
  public static Variant of(byte[] data, int start) {
    return new Variant(data, start, start + metadataLength(data, start));
  }

  /** How many bytes the dictionary of names takes that begins there. */
  public static int metadataLength(byte[] data, int start) {
    int width = (data[start] >> 6 & 3) + 1;
    int names = unsigned(data, start + 1, width);
    int offsets = start + 1 + width;
    return 1 + width * (names + 2) + unsigned(data, offsets + names * width, width);
  }

  static int unsigned(byte[] data, int at, int width) {
    return (int) number(data, at, width) & (width == 4 ? -1 : (1 << width * 8) - 1);
  }

  /** A little-endian number of one to eight bytes, with its sign. */
  private static long number(byte[] data, int at, int width) {
    long value = data[at + width - 1];
    for (int i = width - 2; i >= 0; i--) {
      value = value << 8 | data[at + i] & 0xff;
    }
    return value;
  }

  private int basic() {
    return data[at] & 3;
  }

  private int header() {
    return data[at] >> 2 & 0x3f;
  }

  public Kind kind() {
    return switch (basic()) {
      case SHORT_STRING -> Kind.STRING;
      case OBJECT -> Kind.OBJECT;
      case ARRAY -> Kind.ARRAY;
      default ->
          switch (header()) {
            case NULL -> Kind.NULL;
            case TRUE, FALSE -> Kind.BOOLEAN;
            case INT1, INT2, INT4, INT8 -> Kind.LONG;
            case DOUBLE -> Kind.DOUBLE;
            case DECIMAL4, DECIMAL8, DECIMAL16 -> Kind.DECIMAL;
            case DATE -> Kind.DATE;
            case TIMESTAMP -> Kind.TIMESTAMP;
            case TIMESTAMP_NTZ -> Kind.TIMESTAMP_NTZ;
            case FLOAT -> Kind.FLOAT;
            case BINARY -> Kind.BINARY;
            case LONG_STRING -> Kind.STRING;
            default -> throw new IllegalStateException("unknown kind of variant " + header());
          };
    };
  }

  public boolean booleanValue() {
    return header() == TRUE;
  }

  /** A whole number; days for a date, microseconds for timestamps. */
  public long longValue() {
    int width =
        switch (header()) {
          case INT1 -> 1;
          case INT2 -> 2;
          case INT4, DATE -> 4;
          default -> 8;
        };
    return number(data, at + 1, width);
  }

  public double doubleValue() {
    return Double.longBitsToDouble(number(data, at + 1, 8));
  }

  public float floatValue() {
    return Float.intBitsToFloat((int) number(data, at + 1, 4));
  }

  /** Without zeros at the end of its fraction. */
  public BigDecimal decimal() {
    int scale = data[at + 1];
    BigDecimal value;
    if (header() == DECIMAL16) {
      byte[] big = new byte[16];
      for (int i = 0; i < 16; i++) {
        big[i] = data[at + 17 - i];
      }
      value = new BigDecimal(new BigInteger(big), scale);
    } else {
      value = BigDecimal.valueOf(number(data, at + 2, header() == DECIMAL4 ? 4 : 8), scale);
    }
    BigDecimal shortest = value.stripTrailingZeros();
    return shortest.scale() < 0 ? shortest.setScale(0) : shortest;
  }

  /** Of a string or binary. */
  public byte[] bytes() {
    if (basic() == SHORT_STRING) {
      return Arrays.copyOfRange(data, at + 1, at + 1 + header());
    }
    return Arrays.copyOfRange(data, at + 5, at + 5 + unsigned(data, at + 1, 4));
  }

  public String string() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  private boolean isLarge() {
    return (header() >> (basic() == OBJECT ? 4 : 2) & 1) != 0;
  }

  /** The number of fields or elements. */
  public int size() {
    return unsigned(data, at + 1, isLarge() ? 4 : 1);
  }

  private int idWidth() {
    return (header() >> 2 & 3) + 1;
  }

  private int offsetWidth() {
    return (header() & 3) + 1;
  }

  private int idsAt() {
    return at + 1 + (isLarge() ? 4 : 1);
  }

  private int offsetsAt() {
    return basic() == OBJECT ? idsAt() + size() * idWidth() : idsAt();
  }

  /** The value of a field, in the order of names, or an element. */
  public Variant item(int index) {
    int width = offsetWidth();
    int offsets = offsetsAt();
    int values = offsets + (size() + 1) * width;
    return new Variant(data, metadata, values + unsigned(data, offsets + index * width, width));
  }

  /** The name of a field of an object. */
  public String name(int index) {
    int slot = slot(index);
    int width = (data[metadata] >> 6 & 3) + 1;
    int names = unsigned(data, metadata + 1, width);
    int texts = metadata + 1 + width * (names + 2);
    int from = unsigned(data, slot, width);
    int to = unsigned(data, slot + width, width);
    return new String(data, texts + from, to - from, StandardCharsets.UTF_8);
  }

  /** Where the metadata say where the name of a field begins. */
  private int slot(int index) {
    int width = (data[metadata] >> 6 & 3) + 1;
    int id = unsigned(data, idsAt() + index * idWidth(), idWidth());
    return metadata + 1 + width + id * width;
  }

  /** The field of exactly that name of an object, null if there is none. */
  public @Nullable Variant field(byte[] name) {
    int width = (data[metadata] >> 6 & 3) + 1;
    int texts = metadata + 1 + width * (unsigned(data, metadata + 1, width) + 2);
    int count = size();
    for (int i = 0; i < count; i++) {
      int slot = slot(i);
      int from = texts + unsigned(data, slot, width);
      int to = texts + unsigned(data, slot + width, width);
      if (Arrays.equals(data, from, to, name, 0, name.length)) {
        return item(i);
      }
    }
    return null;
  }

  /** The bytes of the value, without the metadata. */
  private int valueLength() {
    return switch (basic()) {
      case SHORT_STRING -> 1 + header();
      case OBJECT, ARRAY -> {
        int width = offsetWidth();
        int last = offsetsAt() + size() * width;
        yield last + width + unsigned(data, last, width) - at;
      }
      default ->
          switch (header()) {
            case INT1 -> 2;
            case INT2 -> 3;
            case INT4, DATE, FLOAT -> 5;
            case INT8, DOUBLE, TIMESTAMP, TIMESTAMP_NTZ -> 9;
            case DECIMAL4 -> 6;
            case DECIMAL8 -> 10;
            case DECIMAL16 -> 18;
            case BINARY, LONG_STRING -> 5 + unsigned(data, at + 1, 4);
            default -> 1;
          };
    };
  }

  /** Appends it as a row; of an inner value, too, all names of the outermost are kept. */
  public void appendTo(BytesBuilder out) {
    out.put(data, metadata, metadataLength(data, metadata));
    out.put(data, at, valueLength());
    out.endValue();
  }

  /** Puts the value as it is, which must hold no object. */
  void copyTo(VariantWriter out) {
    out.raw(data, at, valueLength());
  }
}
