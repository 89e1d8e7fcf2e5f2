package dev.sluice.runner.bench.kernels;

import static dev.sluice.runner.bench.kernels.Rows.COUNT;

import dev.sluice.runner.bench.kernels.Rows.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The loops that one would write for these rows over the same arrays: texts, from them and to them.
 * They look at what the kernel must look at (is it ASCII, is it a number, is it JSON), but may know
 * that there are no nulls, and do what they do for these texts only, without a way out for others.
 */
final class TextsByHand {
  private static final Pattern NUMBER = Pattern.compile("user([0-9]+)-");
  private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};

  private TextsByHand() {}

  static Object textEqual(Rows r) {
    byte[] wanted = {'c', 'o', 'u', 'n', 't', 'r', 'y', '-', '7'};
    boolean[] out = new boolean[COUNT];
    for (int i = 0; i < COUNT; i++) {
      int from = r.t.starts[i];
      out[i] =
          r.t.lengths[i] == wanted.length
              && java.util.Arrays.equals(
                  r.t.data, from, from + wanted.length, wanted, 0, wanted.length);
    }
    return out;
  }

  static Object upper(Rows r) {
    byte[] out = new byte[r.s.data.length];
    for (int i = 0; i < out.length; i++) {
      byte b = r.s.data[i];
      out[i] = b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
    }
    return out;
  }

  static Object contains(Rows r) {
    boolean[] out = new boolean[COUNT];
    for (int row = 0; row < COUNT; row++) {
      int last = r.s.starts[row] + r.s.lengths[row] - ERROR.length;
      for (int at = r.s.starts[row]; at <= last && !out[row]; at++) {
        out[row] =
            r.s.data[at] == 'e'
                && java.util.Arrays.equals(r.s.data, at, at + ERROR.length, ERROR, 0, ERROR.length);
      }
    }
    return out;
  }

  static Object extract(Rows r) {
    List<String> out = new ArrayList<>(COUNT);
    for (int i = 0; i < COUNT; i++) {
      Matcher matcher = NUMBER.matcher(r.s.get(i));
      out.add(matcher.find() ? matcher.group(1) : "");
    }
    return out;
  }

  static Object concat(Rows r) {
    byte[] out = new byte[r.s.data.length + r.t.data.length + COUNT];
    int[] starts = new int[COUNT];
    int used = 0;
    for (int i = 0; i < COUNT; i++) {
      starts[i] = used;
      System.arraycopy(r.s.data, r.s.starts[i], out, used, r.s.lengths[i]);
      used += r.s.lengths[i];
      out[used++] = '/';
      System.arraycopy(r.t.data, r.t.starts[i], out, used, r.t.lengths[i]);
      used += r.t.lengths[i];
    }
    return List.of(out, starts);
  }

  /** The number of two digits, negative if they are none. */
  private static int two(byte[] data, int at) {
    int tens = data[at] - '0';
    int ones = data[at + 1] - '0';
    return (tens | ones | 9 - tens | 9 - ones) < 0 ? -1 : tens * 10 + ones;
  }

  static Object parseTime(Rows r) {
    long[] out = new long[COUNT];
    byte[] data = r.time.data;
    for (int i = 0; i < COUNT; i++) {
      int at = r.time.starts[i];
      int century = two(data, at);
      int year = two(data, at + 2);
      int hour = two(data, at + 11);
      int minute = two(data, at + 14);
      int second = two(data, at + 17);
      boolean good =
          r.time.lengths[i] == 19
              && (century | year | hour | minute | second) >= 0
              && hour < 24
              && minute < 60
              && second < 60
              && data[at + 4] == '-'
              && data[at + 7] == '-'
              && data[at + 10] == ' '
              && data[at + 13] == ':'
              && data[at + 16] == ':';
      if (!good) {
        throw unexpected();
      }
      // Which throws for a month or a day that cannot be.
      long day =
          java.time.LocalDate.of(century * 100 + year, two(data, at + 5), two(data, at + 8))
              .toEpochDay();
      out[i] = (day * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000;
    }
    return out;
  }

  static Object parseInt(Rows r) {
    int[] out = new int[COUNT];
    byte[] data = r.digits.data;
    for (int i = 0; i < COUNT; i++) {
      int at = r.digits.starts[i];
      int end = at + r.digits.lengths[i];
      boolean negative = data[at] == '-';
      at += negative ? 1 : 0;
      long value = 0;
      for (; at < end; at++) {
        value = value * 10 + data[at] - '0';
      }
      out[i] = Math.toIntExact(negative ? -value : value);
    }
    return out;
  }

  static Object parseDouble(Rows r) {
    double[] out = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = Double.parseDouble(r.number.get(i));
    }
    return out;
  }

  static Object printLongs(Rows r) {
    byte[] out = new byte[COUNT * 20];
    int[] starts = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      int at = i * 20 + 20;
      long value = Math.abs(r.l[i]);
      do {
        out[--at] = (byte) ('0' + value % 10);
        value /= 10;
      } while (value != 0);
      if (r.l[i] < 0) {
        out[--at] = '-';
      }
      starts[i] = at;
    }
    return List.of(out, starts);
  }

  static Object printDoubles(Rows r) {
    List<String> out = new ArrayList<>(COUNT);
    for (int i = 0; i < COUNT; i++) {
      out.add(Double.toString(r.d[i]));
    }
    return out;
  }

  private static void put(byte[] out, int at, int value) {
    out[at] = (byte) ('0' + value / 10);
    out[at + 1] = (byte) ('0' + value % 10);
  }

  static Object printTimes(Rows r) {
    byte[] out = new byte[COUNT * 19];
    for (int i = 0; i < COUNT; i++) {
      long second = Math.floorDiv(r.ts[i], 1_000_000L);
      java.time.LocalDate date = java.time.LocalDate.ofEpochDay(Math.floorDiv(second, 86_400L));
      int rest = (int) Math.floorMod(second, 86_400L);
      int at = i * 19;
      put(out, at, date.getYear() / 100);
      put(out, at + 2, date.getYear() % 100);
      out[at + 4] = '-';
      put(out, at + 5, date.getMonthValue());
      out[at + 7] = '-';
      put(out, at + 8, date.getDayOfMonth());
      out[at + 10] = ' ';
      put(out, at + 11, rest / 3600);
      out[at + 13] = ':';
      put(out, at + 14, rest / 60 % 60);
      out[at + 16] = ':';
      put(out, at + 17, rest % 60);
    }
    return out;
  }

  private static IllegalStateException unexpected() {
    return new IllegalStateException("these rows have no such text");
  }

  private static boolean isAscii(byte[] data, int from, int to) {
    int all = 0;
    for (int i = from; i < to; i++) {
      all |= data[i];
    }
    return all >= 0;
  }

  static Object substring(Rows r) {
    int[] starts = new int[COUNT];
    int[] lengths = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      int from = r.s.starts[i];
      int length = Math.min(6, r.s.lengths[i]);
      if (!isAscii(r.s.data, from, from + length)) {
        throw unexpected();
      }
      starts[i] = from + Math.min(2, length);
      lengths[i] = Math.max(0, length - 2);
    }
    return List.of(starts, lengths);
  }

  static Object split(Rows r) {
    int[] first = new int[COUNT];
    int[] counts = new int[COUNT];
    int[] starts = new int[COUNT * 4];
    int[] lengths = new int[COUNT * 4];
    int parts = 0;
    for (int row = 0; row < COUNT; row++) {
      first[row] = parts;
      int begun = r.csv.starts[row];
      int end = begun + r.csv.lengths[row];
      for (int at = begun; at <= end; at++) {
        if (at == end || r.csv.data[at] == ',') {
          starts[parts] = begun;
          lengths[parts++] = at - begun;
          begun = at + 1;
        }
      }
      counts[row] = parts - first[row];
    }
    return List.of(first, counts, starts, lengths);
  }

  /** Digits with a point, rounded half up to two places behind it, at most twelve in all. */
  static Object parseDecimal(Rows r) {
    long[] out = new long[COUNT];
    byte[] data = r.number.data;
    for (int i = 0; i < COUNT; i++) {
      int at = r.number.starts[i];
      int end = at + r.number.lengths[i];
      boolean negative = at < end && data[at] == '-';
      at += negative ? 1 : 0;
      if (at == end || end - at > 18) {
        throw unexpected();
      }
      long value = 0;
      int places = -1;
      for (; at < end; at++) {
        int digit = data[at] - '0';
        if (digit >= 0 && digit <= 9) {
          value = value * 10 + digit;
          places += places >= 0 ? 1 : 0;
        } else if (data[at] == '.' && places < 0) {
          places = 0;
        } else {
          throw unexpected();
        }
      }
      for (int p = Math.max(0, places); p < 2; p++) {
        value *= 10;
      }
      for (int p = places; p > 2; p--) {
        value = p > 3 ? value / 10 : (value + 5) / 10;
      }
      if (value >= 1_000_000_000_000L) {
        throw unexpected();
      }
      out[i] = negative ? -value : value;
    }
    return out;
  }

  /** Passes a string of plain characters that begins here; gives where the quote behind it is. */
  private static int stringEnd(byte[] data, int quote, int end) {
    int at = quote + 1;
    while (at < end && data[at] != '"') {
      if (data[at] == '\\' || data[at] >= 0 && data[at] < ' ') {
        throw unexpected();
      }
      at++;
    }
    if (at == end || data[quote] != '"') {
      throw unexpected();
    }
    return at;
  }

  private static int numberEnd(byte[] data, int from, int end) {
    int at = from;
    while (at < end && data[at] >= '0' && data[at] <= '9') {
      at++;
    }
    if (at == from || data[from] == '0' && at > from + 1) {
      throw unexpected();
    }
    return at;
  }

  private static boolean isName(byte[] data, int from, int to, byte name) {
    return to - from == 1 && data[from] == name;
  }

  /**
   * Looks through a flat object of numbers and strings without blanks, to its end; puts where the
   * values of the fields a and b stand.
   */
  private static void fields(
      Texts texts, int row, int[] aStarts, int[] aLengths, int[] bStarts, int[] bLengths) {
    byte[] data = texts.data;
    int at = texts.starts[row];
    int end = at + texts.lengths[row];
    if (data[at] != '{' || data[end - 1] != '}') {
      throw unexpected();
    }
    do {
      int name = at + 2;
      int nameEnd = stringEnd(data, at + 1, end);
      if (data[nameEnd + 1] != ':') {
        throw unexpected();
      }
      int value = nameEnd + 2;
      boolean text = data[value] == '"';
      int valueEnd = text ? stringEnd(data, value, end) : numberEnd(data, value, end);
      value += text ? 1 : 0;
      if (isName(data, name, nameEnd, (byte) 'a')) {
        aStarts[row] = value;
        aLengths[row] = valueEnd - value;
      } else if (isName(data, name, nameEnd, (byte) 'b')) {
        bStarts[row] = value;
        bLengths[row] = valueEnd - value;
      }
      at = text ? valueEnd + 1 : valueEnd;
    } while (data[at] == ',');
    if (at != end - 1) {
      throw unexpected();
    }
  }

  static Object jsonField(Rows r) {
    int[] starts = new int[COUNT];
    int[] lengths = new int[COUNT];
    int[] others = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      fields(r.json, i, starts, lengths, others, others);
    }
    return List.of(starts, lengths);
  }

  static Object jsonRow(Rows r) {
    int[] aStarts = new int[COUNT];
    int[] aLengths = new int[COUNT];
    int[] starts = new int[COUNT];
    int[] lengths = new int[COUNT];
    int[] out = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      fields(r.json, i, aStarts, aLengths, starts, lengths);
      long value = 0;
      for (int at = aStarts[i]; at < aStarts[i] + aLengths[i]; at++) {
        value = value * 10 + r.json.data[at] - '0';
      }
      out[i] = Math.toIntExact(value);
    }
    return List.of(out, starts, lengths);
  }
}
