package dev.sluice.operators.variant;

import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Room;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds values of the type VARIANT: put one value, then {@link #appendTo}, again and again. Inner
 * values are put first, each after its {@link #position} was noted, and closed by {@link
 * #endObject} or {@link #endArray}. Every number takes the narrowest form. Not thread-safe.
 */
public final class VariantWriter {
  private static final int LONGEST_SHORT = 63;
  private static final int MOST_SMALL = 255;

  private byte[] value = new byte[128];
  private int size;
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<byte[]> names = new ArrayList<>();

  /** A field of an object that is being built: its name's number, and where its value begins. */
  public record Entry(String name, int id, int position) {}

  /** An object has two fields of one name. */
  public static final class DuplicateName extends RuntimeException {
    DuplicateName(String name) {
      super(name);
    }
  }

  /** Forgets what was put since the last value was done. */
  public void clear() {
    size = 0;
    ids.clear();
    names.clear();
  }

  /** Where the next value will begin. */
  public int position() {
    return size;
  }

  private void room(int more) {
    if (size + more > value.length) {
      value = Arrays.copyOf(value, Room.grownBytes(value.length, (long) size + more, Room.LONGEST));
    }
  }

  private void put(int b) {
    room(1);
    value[size++] = (byte) b;
  }

  private void number(long number, int width) {
    room(width);
    for (int i = 0; i < width; i++) {
      value[size++] = (byte) (number >> 8 * i);
    }
  }

  void raw(byte[] bytes, int from, int length) {
    room(length);
    System.arraycopy(bytes, from, value, size, length);
    size += length;
  }

  private void primitive(int type) {
    put(type << 2 | Variant.PRIMITIVE);
  }

  public void putNull() {
    primitive(Variant.NULL);
  }

  public void putBoolean(boolean b) {
    primitive(b ? Variant.TRUE : Variant.FALSE);
  }

  public void putLong(long number) {
    if (number == (byte) number) {
      primitive(Variant.INT1);
      number(number, 1);
    } else if (number == (short) number) {
      primitive(Variant.INT2);
      number(number, 2);
    } else if (number == (int) number) {
      primitive(Variant.INT4);
      number(number, 4);
    } else {
      primitive(Variant.INT8);
      number(number, 8);
    }
  }

  public void putDouble(double number) {
    primitive(Variant.DOUBLE);
    number(Double.doubleToLongBits(number), 8);
  }

  public void putFloat(float number) {
    primitive(Variant.FLOAT);
    number(Float.floatToIntBits(number), 4);
  }

  /** Of up to 38 digits. */
  public void putDecimal(BigDecimal number) {
    BigInteger unscaled = number.unscaledValue();
    int precision = Math.max(number.precision(), number.scale());
    int type =
        precision <= 9 ? Variant.DECIMAL4 : precision <= 18 ? Variant.DECIMAL8 : Variant.DECIMAL16;
    primitive(type);
    put(number.scale());
    if (type != Variant.DECIMAL16) {
      number(unscaled.longValue(), type == Variant.DECIMAL4 ? 4 : 8);
      return;
    }
    number(unscaled.longValue(), 8);
    number(unscaled.shiftRight(64).longValue(), 8);
  }

  public void putDate(int days) {
    primitive(Variant.DATE);
    number(days, 4);
  }

  public void putTimestamp(long micros) {
    primitive(Variant.TIMESTAMP);
    number(micros, 8);
  }

  public void putTimestampNtz(long micros) {
    primitive(Variant.TIMESTAMP_NTZ);
    number(micros, 8);
  }

  public void putBinary(byte[] bytes, int from, int length) {
    primitive(Variant.BINARY);
    number(length, 4);
    raw(bytes, from, length);
  }

  /** UTF-8. */
  public void putString(byte[] text, int from, int length) {
    if (length <= LONGEST_SHORT) {
      put(length << 2 | Variant.SHORT_STRING);
    } else {
      primitive(Variant.LONG_STRING);
      number(length, 4);
    }
    raw(text, from, length);
  }

  /** The field whose value comes next. */
  public Entry entry(String name) {
    Integer id = ids.get(name);
    if (id == null) {
      id = names.size();
      ids.put(name, id);
      names.add(name.getBytes(StandardCharsets.UTF_8));
    }
    return new Entry(name, id, size);
  }

  /**
   * Makes an object of the values put since {@code start}. Throws {@link DuplicateName}. Fields are
   * sorted by name.
   */
  public void endObject(int start, List<Entry> entries) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(Entry::name));
    int most = 0;
    for (int i = 0; i < sorted.size(); i++) {
      if (i > 0 && sorted.get(i).name().equals(sorted.get(i - 1).name())) {
        throw new DuplicateName(sorted.get(i).name());
      }
      most = Math.max(most, sorted.get(i).id());
    }
    int length = size - start;
    int offsetWidth = width(length);
    int idWidth = width(most);
    boolean large = sorted.size() > MOST_SMALL;
    int count = sorted.size();
    insert(start, 1 + (large ? 4 : 1) + count * idWidth + (count + 1) * offsetWidth);
    int header = (large ? 1 : 0) << 4 | idWidth - 1 << 2 | offsetWidth - 1;
    put(header << 2 | Variant.OBJECT);
    number(count, large ? 4 : 1);
    sorted.forEach(e -> number(e.id(), idWidth));
    sorted.forEach(e -> number(e.position() - start, offsetWidth));
    number(length, offsetWidth);
    size += length;
  }

  /** Makes an array of the values put since {@code start}, which begin at these positions. */
  public void endArray(int start, int[] positions, int count) {
    int length = size - start;
    int offsetWidth = width(length);
    boolean large = count > MOST_SMALL;
    insert(start, 1 + (large ? 4 : 1) + (count + 1) * offsetWidth);
    int header = (large ? 1 : 0) << 2 | offsetWidth - 1;
    put(header << 2 | Variant.ARRAY);
    number(count, large ? 4 : 1);
    for (int i = 0; i < count; i++) {
      number(positions[i] - start, offsetWidth);
    }
    number(length, offsetWidth);
    size += length;
  }

  /** Moves what was put since {@code start}, and goes back there to fill the gap. */
  private void insert(int start, int gap) {
    room(gap);
    System.arraycopy(value, start, value, start + gap, size - start);
    size = start;
  }

  private static int width(int most) {
    return most < 1 << 8 ? 1 : most < 1 << 16 ? 2 : most < 1 << 24 ? 3 : 4;
  }

  /** Puts a value that another writer built; names get this writer's numbers. */
  public void put(Variant variant) {
    int start = size;
    int count;
    switch (variant.kind()) {
      case OBJECT -> {
        count = variant.size();
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          entries.add(entry(variant.name(i)));
          put(variant.item(i));
        }
        endObject(start, entries);
      }
      case ARRAY -> {
        count = variant.size();
        int[] positions = new int[count];
        for (int i = 0; i < count; i++) {
          positions[i] = size;
          put(variant.item(i));
        }
        endArray(start, positions, count);
      }
      default -> variant.copyTo(this);
    }
  }

  /** Appends the value as a row; the next one may be put. */
  public void appendTo(BytesBuilder out) {
    int texts = 0;
    for (byte[] name : names) {
      texts += name.length;
    }
    int width = width(Math.max(texts, names.size()));
    int valueSize = size;
    // The metadata come before the value and are known last: they are written behind it.
    put(Variant.VERSION | width - 1 << 6);
    number(names.size(), width);
    int offset = 0;
    for (byte[] name : names) {
      number(offset, width);
      offset += name.length;
    }
    number(offset, width);
    for (byte[] name : names) {
      raw(name, 0, name.length);
    }
    out.put(value, valueSize, size - valueSize);
    out.put(value, 0, valueSize);
    out.endValue();
    clear();
  }
}
