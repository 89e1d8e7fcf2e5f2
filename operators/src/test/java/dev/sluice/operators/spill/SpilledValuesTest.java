package dev.sluice.operators.spill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Builder;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FloatBuilder;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.keyed.KeyReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class SpilledValuesTest {
  private static final int ROWS = 2000;
  private static final long[] EDGES = {
    0,
    1,
    -1,
    63,
    64,
    -64,
    -65,
    127,
    128,
    -128,
    -129,
    255,
    256,
    32767,
    -32768,
    1L << 31,
    -(1L << 31),
    (1L << 55) - 1,
    1L << 55,
    -(1L << 55),
    -(1L << 55) - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static long number(Random random) {
    return random.nextBoolean()
        ? EDGES[random.nextInt(EDGES.length)]
        : random.nextLong() >> random.nextInt(64);
  }

  private static void append(ColumnBuilder into, Random random) {
    if (into instanceof LongBuilder longs) {
      longs.append(number(random));
    } else if (into instanceof IntBuilder ints) {
      ints.append((int) number(random));
    } else if (into instanceof DoubleBuilder doubles) {
      doubles.append(Double.longBitsToDouble(number(random)));
    } else if (into instanceof FloatBuilder floats) {
      floats.append(Float.intBitsToFloat((int) number(random)));
    } else if (into instanceof BooleanBuilder booleans) {
      booleans.append(random.nextBoolean());
    } else if (into instanceof Decimal128Builder decimals) {
      decimals.append(number(random) >> 8, number(random));
    } else {
      byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 300 : 12)];
      random.nextBytes(bytes);
      ((BytesBuilder) into).append(bytes);
    }
  }

  private static List<Column> columns(List<DataType> types, long seed) {
    Random random = new Random(seed);
    List<Column> columns = new ArrayList<>();
    for (DataType type : types) {
      ColumnBuilder builder = ColumnBuilder.of(type, ROWS);
      for (int row = 0; row < ROWS; row++) {
        if (random.nextInt(6) == 0 || type == AtomicType.NULL) {
          builder.appendNull();
        } else {
          append(builder, random);
        }
      }
      columns.add(builder.build());
    }
    return columns;
  }

  private static List<ColumnBuilder> builders(List<DataType> types) {
    return types.stream().map(type -> ColumnBuilder.of(type, ROWS)).toList();
  }

  /** The same rows and the same bits, in the exact form that tells -0.0 and 0.0 apart. */
  private static void assertSame(List<DataType> types, List<Column> columns, List<Column> others) {
    KeyCodec codec = KeyCodec.ofValues(types);
    KeyBatch one = new KeyBatch();
    KeyBatch other = new KeyBatch();
    codec.encode(columns, ROWS, one);
    codec.encode(others, ROWS, other);
    assertThat(other.offsets).startsWith(one.offsets);
    int length = one.offsets[ROWS];
    assertThat(Arrays.equals(one.data, 0, length, other.data, 0, length)).isTrue();
  }

  @Test
  void readsBackValuesOfEveryType() {
    List<DataType> types =
        List.of(
            AtomicType.BIGINT,
            AtomicType.DOUBLE,
            AtomicType.STRING,
            AtomicType.INT,
            AtomicType.FLOAT,
            AtomicType.BOOLEAN,
            AtomicType.NULL,
            new DecimalType(38, 2),
            AtomicType.BINARY,
            AtomicType.BIGINT);
    SpilledValues values = new SpilledValues(types);
    for (long seed = 0; seed < 5; seed++) {
      List<Column> columns = columns(types, seed);
      values.encode(columns, ROWS);
      List<ColumnBuilder> into = builders(types);
      SpilledValues.Reader reader = values.reader();
      for (int row = 0; row < ROWS; row++) {
        int length = values.length(row);
        byte[] page = new byte[length + 3];
        System.arraycopy(values.data(), values.start(row), page, 3, length);
        reader.read(page, 3, into);
      }
      assertSame(types, columns, into.stream().<Column>map(ColumnBuilder::build).toList());
    }
  }

  @Test
  void takesFewBytesForSmallNumbers() {
    SpilledValues values =
        new SpilledValues(List.of(AtomicType.BIGINT, AtomicType.DOUBLE, AtomicType.BIGINT));
    LongColumn counts = new LongColumn(AtomicType.BIGINT, new long[] {3}, Validity.ALL, 1);
    DoubleColumn sums = new DoubleColumn(AtomicType.DOUBLE, new double[] {0.1}, Validity.ALL, 1);
    values.encode(List.of(counts, sums, counts), 1);
    assertThat(values.length(0)).isEqualTo(11);
  }

  @Test
  void readsBackKeysThatAreNumbersWithTheirHashes() {
    for (DataType type : List.of(AtomicType.BIGINT, AtomicType.INT)) {
      List<Column> columns = columns(List.of(type), 7);
      SpilledKeys keys = new SpilledKeys(new KeyCodec(List.of(type)));
      keys.encode(columns, ROWS);
      List<ColumnBuilder> into = builders(List.of(type));
      for (int row = 0; row < ROWS; row++) {
        int from = keys.offsets()[row];
        int to = keys.offsets()[row + 1];
        assertThat(to - from).isBetween(0, 8);
        // At the very end of a page, and with another record behind.
        byte[] page = new byte[to - from + (row % 2) * 9];
        System.arraycopy(keys.data(), from, page, 0, to - from);
        keys.read(new KeyReader(), page, 0, to - from, into);
        assertThat(keys.hash(page, 0, to - from)).isEqualTo(keys.hashes()[row]);
      }
      assertSame(List.of(type), columns, List.of(into.get(0).build()));
    }
  }
}
