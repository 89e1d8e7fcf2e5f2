package dev.sluice.runner.bench.kernels;

import static dev.sluice.runner.bench.kernels.Rows.COUNT;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * The loops that one would write for these rows over the same arrays: numbers, times and nested
 * values. They do what the kernel must do (overflow, bounds, zero, rounding), but may know that
 * there are no nulls, that the zone is UTC, and how many digits there are.
 */
final class ByHand {
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

  /** To twelve digits behind the point, half up: the dividend times ten fits a long here. */
  static Object divideDecimals(Rows r) {
    long[] high = new long[COUNT];
    long[] low = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      long divisor = r.o[i];
      if (divisor == 0) {
        throw new ArithmeticException("division by zero");
      }
      long dividend = Math.abs(r.n[i]) * 10;
      long whole = dividend / divisor;
      long rest = dividend % divisor * 1_000_000_000_000L;
      long fraction = rest / divisor;
      fraction += rest % divisor * 2 >= divisor ? 1 : 0;
      low[i] = whole * 1_000_000_000_000L + fraction;
      high[i] =
          Math.multiplyHigh(whole, 1_000_000_000_000L)
              + (Long.compareUnsigned(low[i], fraction) < 0 ? 1 : 0);
      if (r.n[i] < 0) {
        low[i] = -low[i];
        high[i] = ~high[i] + (low[i] == 0 ? 1 : 0);
      }
    }
    return List.of(high, low);
  }

  static Object secondItem(Rows r) {
    int[] out = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      if (r.arrLengths[i] < 2) {
        throw new IndexOutOfBoundsException();
      }
      out[i] = r.arr[r.arrStarts[i] + 1];
    }
    return out;
  }

  static Object mapValue(Rows r) {
    int[] out = new int[COUNT];
    boolean[] none = new boolean[COUNT];
    byte[] data = r.mapKeys.data;
    for (int i = 0; i < COUNT; i++) {
      int end = r.mapStarts[i] + r.mapLengths[i];
      int at = r.mapStarts[i];
      while (at < end && (r.mapKeys.lengths[at] != 1 || data[r.mapKeys.starts[at]] != 'b')) {
        at++;
      }
      none[i] = at == end;
      out[i] = at < end ? r.mapValues[at] : 0;
    }
    return List.of(out, none);
  }
}
