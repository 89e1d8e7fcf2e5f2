package dev.sluice.runner.bench.kernels;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One batch of data of every kind, and the same values in arrays for the loops by hand. */
final class Rows {
  static final int COUNT = 4096;

  private static final Schema SCHEMA =
      TypeParser.parseSchema(
          "i INT, j INT, l BIGINT, m BIGINT, k BIGINT, d DOUBLE, e DOUBLE, n DECIMAL(12,2), o DECIMAL(9,3),"
              + " w DECIMAL(38,4), x DECIMAL(38,4), s STRING, t STRING, csv STRING, number STRING, digits STRING,"
              + " time STRING, json STRING, ts TIMESTAMP, arr ARRAY<INT>, map MAP<STRING,INT>");

  final Batch batch;
  final int[] i = new int[COUNT];
  final int[] j = new int[COUNT];
  final long[] l = new long[COUNT];
  final long[] m = new long[COUNT];
  final long[] k = new long[COUNT];
  final double[] d = new double[COUNT];
  final double[] e = new double[COUNT];
  final long[] n = new long[COUNT];
  final long[] o = new long[COUNT];
  final long[] wHigh = new long[COUNT];
  final long[] wLow = new long[COUNT];
  final long[] xHigh = new long[COUNT];
  final long[] xLow = new long[COUNT];
  final long[] ts = new long[COUNT];
  final int[] arr = new int[COUNT * 4];
  final int[] arrStarts = new int[COUNT];
  final int[] arrLengths = new int[COUNT];
  final int[] mapStarts = new int[COUNT];
  final int[] mapLengths = new int[COUNT];
  final int[] mapValues = new int[COUNT * 2];
  final Texts mapKeys = new Texts(COUNT * 2);
  final Texts s = new Texts(COUNT);
  final Texts t = new Texts(COUNT);
  final Texts csv = new Texts(COUNT);
  final Texts number = new Texts(COUNT);
  final Texts digits = new Texts(COUNT);
  final Texts time = new Texts(COUNT);
  final Texts json = new Texts(COUNT);

  /** Texts one after the other. */
  static final class Texts {
    byte[] data = new byte[0];
    final int[] starts;
    final int[] lengths;

    private Texts(int count) {
      starts = new int[count];
      lengths = new int[count];
    }

    String get(int row) {
      return new String(data, starts[row], lengths[row], StandardCharsets.UTF_8);
    }

    private void put(int row, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      starts[row] = data.length;
      lengths[row] = bytes.length;
      data = Arrays.copyOf(data, data.length + bytes.length);
      System.arraycopy(bytes, 0, data, starts[row], bytes.length);
    }
  }

  Rows() {
    Random random = new Random(7);
    List<ColumnBuilder> builders = new ArrayList<>();
    for (Field field : SCHEMA.fields()) {
      builders.add(ColumnBuilder.of(field.type(), COUNT));
    }
    for (int row = 0; row < COUNT; row++) {
      List<Object> values = row(row, random);
      for (int c = 0; c < values.size(); c++) {
        builders.get(c).appendValue(values.get(c));
      }
    }
    List<Column> columns = new ArrayList<>();
    builders.forEach(builder -> columns.add(builder.build()));
    batch = new Batch(SCHEMA, columns, COUNT);
  }

  private List<Object> row(int row, Random random) {
    i[row] = random.nextInt(1_000_000);
    j[row] = 1 + random.nextInt(1000);
    l[row] = random.nextLong() >> 24;
    m[row] = 1 + random.nextInt(1000);
    k[row] = random.nextInt(1000);
    d[row] = random.nextInt(10_000_000) / 100.0;
    e[row] = 1 + random.nextDouble();
    n[row] = random.nextInt(1_000_000_000);
    o[row] = 1 + random.nextInt(1_000_000);
    BigInteger w = new BigInteger(100, random);
    BigInteger x = new BigInteger(20, random).add(BigInteger.ONE);
    wHigh[row] = w.shiftRight(64).longValue();
    wLow[row] = w.longValue();
    xHigh[row] = x.shiftRight(64).longValue();
    xLow[row] = x.longValue();
    ts[row] = 1_700_000_000_000_000L + random.nextInt() * 1_000_003L;
    s.put(row, "user" + random.nextInt(100_000) + (random.nextInt(4) == 0 ? "-error-" : "-fine-"));
    t.put(row, "country-" + random.nextInt(50));
    csv.put(row, random.nextInt(1000) + "," + random.nextInt(1000) + ",abc," + random.nextInt(10));
    number.put(row, String.valueOf(d[row]));
    digits.put(row, String.valueOf(random.nextInt()));
    time.put(
        row,
        "2024-%02d-%02d %02d:%02d:%02d"
            .formatted(
                1 + random.nextInt(12),
                1 + random.nextInt(28),
                random.nextInt(24),
                random.nextInt(60),
                random.nextInt(60)));
    json.put(row, "{\"a\":" + random.nextInt(1000) + ",\"b\":\"text" + random.nextInt(10) + "\"}");
    List<Object> elements = new ArrayList<>();
    for (int a = 0; a < 4; a++) {
      arr[row * 4 + a] = random.nextInt(100);
      elements.add(arr[row * 4 + a]);
    }
    arrStarts[row] = row * 4;
    arrLengths[row] = 4;
    mapStarts[row] = row * 2;
    mapLengths[row] = 2;
    mapKeys.put(row * 2, "a");
    mapKeys.put(row * 2 + 1, "b");
    mapValues[row * 2] = row;
    mapValues[row * 2 + 1] = 2;
    return List.of(
        i[row],
        j[row],
        l[row],
        m[row],
        k[row],
        d[row],
        e[row],
        BigDecimal.valueOf(n[row], 2),
        BigDecimal.valueOf(o[row], 3),
        new BigDecimal(w, 4),
        new BigDecimal(x, 4),
        s.get(row),
        t.get(row),
        csv.get(row),
        number.get(row),
        digits.get(row),
        time.get(row),
        json.get(row),
        ts[row],
        elements,
        List.of(Map.entry("a", row), Map.entry("b", 2)));
  }
}
