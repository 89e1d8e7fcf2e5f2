package dev.sluice.operators.properties;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.YearMonthIntervalType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Values of every type, those at the edges among them, in the form of {@link Column#value}. */
final class RandomValues {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "abc",
          "Spark SQL",
          "  both  ",
          "a,b,c",
          "äöü ß",
          "日本語",
          "🙂x🙂",
          "%_\\",
          "x'y",
          "0",
          "1",
          "-1",
          "3.14",
          "1e3",
          "NaN",
          "Infinity",
          "true",
          "9223372036854775808",
          "0x1F",
          "2024-02-29",
          "2024-02-29 12:34:56.789",
          "12:00",
          "1970-01-01T00:00:00Z",
          "10:20:30",
          "UTC",
          "America/Los_Angeles",
          "+05:30",
          "yyyy-MM-dd",
          "yyyy-MM-dd HH:mm:ss",
          "MON",
          "year",
          "week",
          "{\"a\":1,\"b\":[1,2]}",
          "[1,2,3]",
          "{\"a\":",
          "$.a",
          "$.b[0]",
          "a INT, b STRING",
          "https://user@x.org:80/p/q?a=1&b=2#f",
          "/a/b",
          "<a><b>1</b><b>2</b></a>",
          "a/b/text()",
          "a=1,b=2",
          "k:v",
          "(a+)",
          "[abc]",
          "(",
          "$1",
          "UTF-8",
          "c2VjcmV0",
          "616263",
          "GB",
          "\u0000",
          "\r\n\t",
          "1,a,true",
          "999,999.99",
          "$9.9",
          "en_CI",
          "SHA",
          "%d %s",
          "\ud835\udd4f");
  private static final int[] SMALL = {0, 1, -1, 2, 3, -2, 5, 7, 10, 100};

  private final Random random;

  private final boolean moderate;

  RandomValues(Random random) {
    this(random, false);
  }

  private RandomValues(Random random, boolean moderate) {
    this.random = random;
    this.moderate = moderate;
  }

  /** Numbers of about one size, so that sums of doubles do not hang on their order. */
  static RandomValues moderate(Random random) {
    return new RandomValues(random, true);
  }

  /** Rows of which about one value in six is null; under a null stands another value. */
  Batch batch(Schema schema, int rows) {
    List<Column> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      List<@Nullable Object> values = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        values.add(value(field.type(), 2));
      }
      columns.add(column(field.type(), values));
    }
    return new Batch(schema, columns, rows);
  }

  /** These values, and nulls over some of them. */
  Column column(DataType type, List<@Nullable Object> values) {
    return column(type, values, 0);
  }

  /** As {@link #column}, the first value not null. */
  Column columnAfterFirst(DataType type, List<@Nullable Object> values) {
    return column(type, values, 1);
  }

  private Column column(DataType type, List<@Nullable Object> values, int from) {
    ColumnBuilder builder = ColumnBuilder.of(type, values.size());
    boolean[] nulls = new boolean[values.size()];
    for (int i = 0; i < values.size(); i++) {
      builder.appendValue(values.get(i));
      nulls[i] = i >= from && random.nextInt(6) == 0;
    }
    return Columns.withNulls(builder.build(), Validity.ofNulls(nulls, nulls.length));
  }

  /** A value that is not null. */
  @Nullable Object value(DataType type, int depth) {
    if (type instanceof AtomicType atomic) {
      return atomic(atomic);
    } else if (type instanceof DecimalType decimal) {
      return decimal(decimal);
    } else if (type instanceof DayTimeIntervalType) {
      return pick(0L, 1L, -1L, 86_400_000_000L, 3_723_004_005L, random.nextLong() >> 20);
    } else if (type instanceof YearMonthIntervalType) {
      return pick(0, 1, -1, 12, 14, random.nextInt() >> 12);
    } else if (type instanceof ArrayType array) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        elements.add(
            array.containsNull()
                ? nullable(array.element(), depth)
                : value(array.element(), depth));
      }
      return elements;
    } else if (type instanceof MapType map) {
      Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        entries.put(value(map.key(), depth - 1), nullable(map.value(), depth - 1));
      }
      return List.copyOf(entries.entrySet());
    } else if (type instanceof StructType struct) {
      List<@Nullable Object> fields = new ArrayList<>();
      for (Field field : struct.fields()) {
        fields.add(
            field.nullable() ? nullable(field.type(), depth - 1) : value(field.type(), depth - 1));
      }
      return fields;
    }
    return null;
  }

  private @Nullable Object nullable(DataType type, int depth) {
    return random.nextInt(6) == 0 ? null : value(type, depth);
  }

  private @Nullable Object atomic(AtomicType type) {
    if (moderate) {
      Object number = number(type);
      if (number != null) {
        return number;
      }
    }
    return switch (type) {
      case NULL -> null;
      case BOOLEAN -> random.nextBoolean();
      case TINYINT -> pick(small(), small(), -128, 127);
      case SMALLINT -> pick(small(), small(), -32768, 32767);
      case INT ->
          pick(
              small(),
              small(),
              small(),
              (int) whole(random.nextInt()),
              Integer.MIN_VALUE,
              Integer.MAX_VALUE);
      case BIGINT ->
          pick(
              (long) small(),
              (long) small(),
              whole(random.nextLong() >> random.nextInt(64)),
              Long.MIN_VALUE,
              Long.MAX_VALUE);
      case FLOAT ->
          pick(
              (float) small(),
              small() / 4f,
              random.nextFloat() * 1000,
              Float.NaN,
              -0f,
              Float.POSITIVE_INFINITY,
              Float.MAX_VALUE);
      case DOUBLE ->
          pick(
              (double) small(),
              small() / 8d,
              random.nextGaussian() * 1000,
              Double.NaN,
              -0d,
              Double.NEGATIVE_INFINITY,
              1e300,
              Double.MIN_VALUE);
      case STRING -> text();
      case BINARY ->
          text()
              .getBytes(
                  random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
      case DATE ->
          pick(
              0,
              19782,
              -719162,
              random.nextInt(40000) - 10000,
              random.nextInt(2_000_000) - 700_000);
      case TIMESTAMP, TIMESTAMP_NTZ ->
          pick(
              0L,
              1_709_210_096_789_012L,
              -1L,
              (random.nextLong() >> 14) + 1,
              random.nextInt() * 1_000_000L,
              random.nextInt() * 86_400_000L);
      case CALENDAR_INTERVAL -> new CalendarInterval(small(), small(), random.nextInt() * 1000L);
      default -> throw new IllegalStateException("no values of " + type);
    };
  }

  private @Nullable Object number(AtomicType type) {
    return switch (type) {
      case INT -> random.nextInt(1000) - 200;
      case BIGINT -> (long) random.nextInt(100_000);
      case FLOAT -> random.nextInt(1000) / 8f;
      case DOUBLE -> random.nextGaussian() * 100;
      default -> null;
    };
  }

  private String text() {
    return random.nextInt(4) > 0
        ? TEXTS.get(random.nextInt(TEXTS.size()))
        : TEXTS.get(random.nextInt(TEXTS.size()))
            + small()
            + TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private BigDecimal decimal(DecimalType type) {
    if (moderate) {
      return BigDecimal.valueOf(random.nextInt(1_000_000), type.scale());
    }
    BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
    BigInteger unscaled =
        switch (random.nextInt(6)) {
          case 0 -> most;
          case 1 -> most.negate();
          case 2 -> BigInteger.valueOf(small());
          case 3 ->
              BigInteger.valueOf(small()).multiply(BigInteger.TEN.pow(type.scale())).mod(most);
          default ->
              new BigInteger(most.bitLength(), random)
                  .mod(most.shiftRight(random.nextInt(most.bitLength())).add(BigInteger.ONE));
        };
    return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), type.scale());
  }

  /** Not of those sizes that functions such as repeat make big values of slowly. */
  private static long whole(long value) {
    return Math.abs(value) < 1L << 30 ? value % 10_000 : value;
  }

  private int small() {
    return SMALL[random.nextInt(SMALL.length)];
  }

  @SafeVarargs
  private <T> T pick(T... of) {
    return of[random.nextInt(of.length)];
  }
}
