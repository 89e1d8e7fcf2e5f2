package dev.sluice.runner.bench.kernels;

import static dev.sluice.runner.bench.kernels.Rows.COUNT;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The loops that one would write for these rows, if one knew what is in them. */
final class ByHand {
  private static final Pattern NUMBER = Pattern.compile("user([0-9]+)-");
  private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};

  private ByHand() {}

  /** A loop over all rows; what it gives must not be optimised away. */
  interface Loop {
    Object run(Rows rows);
  }

  static Object less(Rows r) {
    boolean[] out = new boolean[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = r.l[i] < 1000L;
    }
    return out;
  }

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

  static Object addInts(Rows r) {
    int[] out = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = Math.addExact(r.i[i], r.j[i]);
    }
    return out;
  }

  static Object addLongs(Rows r) {
    long[] out = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = Math.addExact(r.l[i], r.m[i]);
    }
    return out;
  }

  static Object multiplyLongs(Rows r) {
    long[] out = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = Math.multiplyExact(r.l[i], r.m[i]);
    }
    return out;
  }

  static Object modulo(Rows r) {
    long[] out = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = r.l[i] % r.m[i];
    }
    return out;
  }

  static Object multiplyDoubles(Rows r) {
    double[] out = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = r.d[i] * r.e[i];
    }
    return out;
  }

  static Object divideDoubles(Rows r) {
    double[] out = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = r.d[i] / r.e[i];
    }
    return out;
  }

  static Object addDecimals(Rows r) {
    long[] out = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = r.n[i] * 10 + r.o[i];
    }
    return out;
  }

  static Object multiplyDecimals(Rows r) {
    long[] high = new long[COUNT];
    long[] low = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      high[i] = Math.multiplyHigh(r.n[i], r.o[i]);
      low[i] = r.n[i] * r.o[i];
    }
    return List.of(high, low);
  }

  static Object divideDecimals(Rows r) {
    long[] out = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      // As 12 digits behind the point, in two steps that fit.
      long whole = r.n[i] * 10 / r.o[i];
      long rest = r.n[i] * 10 % r.o[i];
      out[i] = whole * 1_000_000_000_000L + rest * 1_000_000_000_000L / r.o[i];
    }
    return out;
  }

  static Object addWide(Rows r) {
    long[] high = new long[COUNT];
    long[] low = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      low[i] = r.wLow[i] + r.xLow[i];
      int carry = Long.compareUnsigned(low[i], r.wLow[i]) < 0 ? 1 : 0;
      high[i] = r.wHigh[i] + r.xHigh[i] + carry;
    }
    return List.of(high, low);
  }

  static Object wideByBigDecimal(Rows r, boolean divide) {
    List<BigDecimal> out = new ArrayList<>(COUNT);
    for (int i = 0; i < COUNT; i++) {
      BigDecimal a = new BigDecimal(big(r.wHigh[i], r.wLow[i]), 4);
      BigDecimal b = new BigDecimal(big(r.xHigh[i], r.xLow[i]), 4);
      out.add(divide ? a.divide(b, 6, RoundingMode.HALF_UP) : a.multiply(b));
    }
    return out;
  }

  private static java.math.BigInteger big(long high, long low) {
    byte[] bytes = new byte[16];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (high >>> 56 - 8 * i);
      bytes[8 + i] = (byte) (low >>> 56 - 8 * i);
    }
    return new java.math.BigInteger(bytes);
  }

  static Object upper(Rows r) {
    byte[] out = new byte[r.s.data.length];
    for (int i = 0; i < out.length; i++) {
      byte b = r.s.data[i];
      out[i] = b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
    }
    return out;
  }

  static Object substring(Rows r) {
    int[] starts = new int[COUNT];
    int[] lengths = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      starts[i] = r.s.starts[i] + 2;
      lengths[i] = Math.min(4, r.s.lengths[i] - 2);
    }
    return List.of(starts, lengths);
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

  static Object split(Rows r) {
    int[] starts = new int[COUNT * 4];
    int[] lengths = new int[COUNT * 4];
    int parts = 0;
    for (int row = 0; row < COUNT; row++) {
      int begun = r.csv.starts[row];
      int end = begun + r.csv.lengths[row];
      for (int at = begun; at <= end; at++) {
        if (at == end || r.csv.data[at] == ',') {
          starts[parts] = begun;
          lengths[parts++] = at - begun;
          begun = at + 1;
        }
      }
    }
    return List.of(starts, lengths);
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

  static Object truncateToHour(Rows r) {
    long[] out = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = Math.floorDiv(r.ts[i], 3_600_000_000L) * 3_600_000_000L;
    }
    return out;
  }

  static Object truncateToMonth(Rows r) {
    long[] out = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      long day = Math.floorDiv(r.ts[i], 86_400_000_000L);
      out[i] = (day - java.time.LocalDate.ofEpochDay(day).getDayOfMonth() + 1) * 86_400_000_000L;
    }
    return out;
  }

  static Object hour(Rows r) {
    int[] out = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = (int) (Math.floorMod(r.ts[i], 86_400_000_000L) / 3_600_000_000L);
    }
    return out;
  }

  static Object year(Rows r) {
    int[] out = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = java.time.LocalDate.ofEpochDay(Math.floorDiv(r.ts[i], 86_400_000_000L)).getYear();
    }
    return out;
  }

  static Object plusDay(Rows r) {
    long[] out = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = Math.addExact(r.ts[i], 86_400_000_000L);
    }
    return out;
  }

  private static int two(byte[] data, int at) {
    return (data[at] - '0') * 10 + data[at + 1] - '0';
  }

  static Object parseTime(Rows r) {
    long[] out = new long[COUNT];
    byte[] data = r.time.data;
    for (int i = 0; i < COUNT; i++) {
      int at = r.time.starts[i];
      int year = two(data, at) * 100 + two(data, at + 2);
      long day = java.time.LocalDate.of(year, two(data, at + 5), two(data, at + 8)).toEpochDay();
      long seconds =
          day * 86_400 + two(data, at + 11) * 3600 + two(data, at + 14) * 60 + two(data, at + 17);
      out[i] = seconds * 1_000_000;
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

  static Object parseDecimal(Rows r) {
    long[] out = new long[COUNT];
    byte[] data = r.number.data;
    for (int i = 0; i < COUNT; i++) {
      int end = r.number.starts[i] + r.number.lengths[i];
      long value = 0;
      int places = -1;
      for (int at = r.number.starts[i]; at < end; at++) {
        if (data[at] == '.') {
          places = 0;
        } else {
          value = value * 10 + data[at] - '0';
          places += places >= 0 ? 1 : 0;
        }
      }
      for (int p = Math.max(0, places); p < 2; p++) {
        value *= 10;
      }
      out[i] = value;
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

  static Object murmur(Rows r) {
    int[] out = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      int h = mix(mix(42, (int) r.l[i]), (int) (r.l[i] >>> 32)) ^ 8;
      h = (h ^ h >>> 16) * 0x85ebca6b;
      h = (h ^ h >>> 13) * 0xc2b2ae35;
      out[i] = h ^ h >>> 16;
    }
    return out;
  }

  private static int mix(int h, int k) {
    int mixed = Integer.rotateLeft(k * 0xcc9e2d51, 15) * 0x1b873593;
    return Integer.rotateLeft(h ^ mixed, 13) * 5 + 0xe6546b64;
  }

  static Object xxhash(Rows r) {
    long[] out = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      long h = 42 + 0x27D4EB2F165667C5L + 8;
      h ^= Long.rotateLeft(r.l[i] * 0xC2B2AE3D27D4EB4FL, 31) * 0x9E3779B185EBCA87L;
      h = Long.rotateLeft(h, 27) * 0x9E3779B185EBCA87L + 0x85EBCA77C2B2AE63L;
      h = (h ^ h >>> 33) * 0xC2B2AE3D27D4EB4FL;
      h = (h ^ h >>> 29) * 0x165667B19E3779F9L;
      out[i] = h ^ h >>> 32;
    }
    return out;
  }

  static Object inList(Rows r) {
    boolean[] out = new boolean[COUNT];
    for (int i = 0; i < COUNT; i++) {
      long v = r.k[i];
      out[i] = v == 1 || v == 5 || v == 77 || v == 500;
    }
    return out;
  }

  static Object caseWhen(Rows r) {
    int[] out = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = r.i[i] < 10_000 ? 1 : r.i[i] < 500_000 ? r.j[i] : 3;
    }
    return out;
  }

  static Object jsonNumber(Rows r) {
    int[] out = new int[COUNT];
    byte[] data = r.json.data;
    for (int i = 0; i < COUNT; i++) {
      int value = 0;
      for (int at = r.json.starts[i] + 5; data[at] != ','; at++) {
        value = value * 10 + data[at] - '0';
      }
      out[i] = value;
    }
    return out;
  }

  static Object jsonRow(Rows r) {
    int[] starts = new int[COUNT];
    int[] lengths = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      int at = r.json.starts[i] + 5;
      while (r.json.data[at] != ',') {
        at++;
      }
      starts[i] = at + 6;
      for (at += 6; r.json.data[at] != '"'; at++) {
        lengths[i]++;
      }
    }
    return List.of(jsonNumber(r), starts, lengths);
  }

  static Object secondItem(Rows r) {
    int[] out = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      out[i] = r.arr[i * 4 + 1];
    }
    return out;
  }

  static Object sum(Rows r) {
    long[] sums = new long[1024];
    for (int i = 0; i < COUNT; i++) {
      sums[(int) r.k[i]] = Math.addExact(sums[(int) r.k[i]], r.m[i]);
    }
    return sums;
  }

  static Object average(Rows r) {
    double[] sums = new double[1024];
    long[] counts = new long[1024];
    for (int i = 0; i < COUNT; i++) {
      sums[(int) r.k[i]] += r.d[i];
      counts[(int) r.k[i]]++;
    }
    return List.of(sums, counts);
  }

  static Object groups(Rows r) {
    long[] keys = new long[4096];
    boolean[] used = new boolean[4096];
    long[] counts = new long[4096];
    for (int i = 0; i < COUNT; i++) {
      int at = (int) (r.k[i] * 0x9E3779B97F4A7C15L >>> 52);
      while (used[at] && keys[at] != r.k[i]) {
        at = (at + 1) & 4095;
      }
      used[at] = true;
      keys[at] = r.k[i];
      counts[at]++;
    }
    return List.of(keys, counts);
  }
}
