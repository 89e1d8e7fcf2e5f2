package dev.sluice.operators.function.sketch;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;

/** Distinct numbers counted exactly: a bit a number, in bitmaps of 4096 bytes a bucket. */
public final class BitmapFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "bitmap_bit_position",
        "bitmap_bucket_number",
        "bitmap_count",
        "bitmap_construct_agg",
        "bitmap_or_agg",
        "bitmap_and_agg");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "bitmap_bit_position" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  name + "(expr)",
                  "The place of a number in the bitmap of its bucket, from 0.",
                  example("bitmap_bit_position(2)", "1"),
                  example("bitmap_bit_position(-2)", "2")),
              call -> longs(call, BitmapFunctions::position));
      case "bitmap_bucket_number" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  name + "(expr)",
                  "The number of the bucket whose bitmap holds a number.",
                  example("bitmap_bucket_number(123)", "1"),
                  example("bitmap_bucket_number(0)", "0")),
              call -> longs(call, BitmapFunctions::bucket));
      case "bitmap_count" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  name + "(bitmap)",
                  "How many bits are set.",
                  example("bitmap_count(X'1010')", "2")),
              BitmapFunctions::count);
      case "bitmap_construct_agg" ->
          aggregate(
              name,
              "A bitmap with the bits at the positions given, from 0 to 32767.",
              "bitmap_count(bitmap_construct_agg(bitmap_bit_position(col))) FROM VALUES (1), (2),"
                  + " (2) AS tab(col)",
              Bitmap.Kind.POSITIONS);
      case "bitmap_or_agg" ->
          aggregate(
              name,
              "The bits that are set in some bitmap.",
              "bitmap_count(bitmap_or_agg(col)) FROM VALUES (X'10'), (X'20'), (X'10') AS tab(col)",
              Bitmap.Kind.OR);
      case "bitmap_and_agg" ->
          aggregate(
              name,
              "The bits that are set in every bitmap.",
              "bitmap_count(bitmap_and_agg(col)) FROM VALUES (X'F0'), (X'30') AS tab(col)",
              Bitmap.Kind.AND);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedAggregate aggregate(
      String name, String description, String example, Bitmap.Kind kind) {
    return NamedAggregate.of(
        name,
        FunctionDoc.of("agg_funcs", name + "(expr)", description, example(example, "2")),
        call -> bind(call, kind));
  }

  private static Aggregation bind(FunctionCall call, Bitmap.Kind kind) {
    call.requireCount(1, 1);
    Expression value =
        kind == Bitmap.Kind.POSITIONS
            ? call.coerce(0, AtomicType.BIGINT)
            : SketchArguments.binary(call, 0);
    return new SketchAggregation<>(
        call.name(),
        List.of(value),
        List.of(value.sql()),
        AtomicType.BINARY,
        false,
        () -> new Bitmap(kind),
        (bitmap, out) ->
            ((BytesBuilder) out).append((bitmap == null ? new Bitmap(kind) : bitmap).write()));
  }

  /** A number of a number. */
  @FunctionalInterface
  private interface OfLong {
    long apply(long value);
  }

  private static long position(long value) {
    return value > 0 ? (value - 1) % Bitmap.BITS : -(value % Bitmap.BITS);
  }

  private static long bucket(long value) {
    return value > 0 ? 1 + (value - 1) / Bitmap.BITS : value / Bitmap.BITS;
  }

  private static Expression longs(FunctionCall call, OfLong of) {
    call.requireCount(1, 1);
    Expression value = call.coerce(0, AtomicType.BIGINT);
    return new ScalarCall(
        call.name(),
        List.of(value),
        AtomicType.BIGINT,
        value.nullable(),
        false,
        (columns, rows, context) -> {
          LongColumn column = (LongColumn) columns.get(0).flatten();
          long[] results = new long[rows];
          for (int i = 0; i < rows; i++) {
            results[i] = of.apply(column.get(i));
          }
          return new LongColumn(AtomicType.BIGINT, results, column.validity(), rows);
        });
  }

  private static Expression count(FunctionCall call) {
    call.requireCount(1, 1);
    Expression bitmap = SketchArguments.binary(call, 0);
    return new ScalarCall(
        call.name(),
        List.of(bitmap),
        AtomicType.BIGINT,
        bitmap.nullable(),
        false,
        (columns, rows, context) -> counts(columns.get(0), rows));
  }

  private static Column counts(Column bitmaps, int rows) {
    BytesColumn column = (BytesColumn) bitmaps.flatten();
    long[] results = new long[rows];
    for (int i = 0; i < rows; i++) {
      int end = column.isNull(i) ? 0 : column.starts()[i] + column.lengths()[i];
      for (int at = column.isNull(i) ? 0 : column.starts()[i]; at < end; at++) {
        results[i] += Integer.bitCount(column.data()[at] & 0xFF);
      }
    }
    return new LongColumn(AtomicType.BIGINT, results, column.validity(), rows);
  }
}
