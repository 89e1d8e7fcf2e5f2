package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.ScalarCall;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The shapes of functions over stored sketches. */
final class SketchCalls {
  private SketchCalls() {}

  /** What is made of one row, none of whose arguments is null. */
  @FunctionalInterface
  interface OfRow {
    @Nullable Object apply(List<FlatColumn> arguments, int row);
  }

  /** A function that is null where an argument is. */
  static Expression scalar(
      FunctionCall call, List<Expression> arguments, DataType type, OfRow value) {
    return new ScalarCall(
        call.name(),
        arguments,
        type,
        true,
        true,
        (columns, rows, context) -> {
          List<FlatColumn> flat = new ArrayList<>();
          columns.forEach(column -> flat.add(column.flatten()));
          return values(flat, rows, type, value);
        });
  }

  private static Column values(List<FlatColumn> columns, int rows, DataType type, OfRow value) {
    ColumnBuilder out = ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      boolean missing = false;
      for (FlatColumn column : columns) {
        missing |= column.isNull(i);
      }
      out.appendValue(missing ? null : value.apply(columns, i));
    }
    return out.build();
  }

  /** An aggregation whose result is the sketch itself; that of no rows is empty. */
  static <S extends Sketch> Aggregation stored(
      FunctionCall call, Expression argument, List<String> shown, Supplier<S> maker) {
    return new SketchAggregation<>(
        call.name(),
        List.of(argument),
        shown,
        AtomicType.BINARY,
        false,
        maker,
        (sketch, out) ->
            ((BytesBuilder) out).append((sketch == null ? maker.get() : sketch).write()));
  }

  /** The sketch of a row, or the error that the bytes are none. */
  static <S> S read(
      FunctionCall call,
      String family,
      Function<byte[], Optional<S>> reader,
      FlatColumn column,
      int row) {
    return opened(reader, SketchArguments.bytes(column, row))
        .orElseThrow(() -> invalid(call.name(), family, row));
  }

  /** Bytes that end too soon are no sketch either. */
  private static <S> Optional<S> opened(Function<byte[], Optional<S>> reader, byte[] bytes) {
    try {
      return reader.apply(bytes);
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  static EvaluationException invalid(String name, String family, int row) {
    return new EvaluationException(
        family + "_INVALID_INPUT_SKETCH_BUFFER",
        "'" + name + "' was given a binary that is no sketch of its kind",
        row);
  }

  /** A sketch of sketches: bytes that are none fail instead of being left out. */
  record Checked<S extends Sketch>(
      S sketch, String name, String family, Function<byte[], Optional<S>> reader)
      implements Sketch {
    @Override
    public void add(List<FlatColumn> arguments, int row) {
      byte[] bytes = SketchArguments.bytes(arguments.get(0), row);
      if (opened(reader, bytes).isEmpty()) {
        throw invalid(name, family, row);
      }
      sketch.merge(bytes);
    }

    @Override
    public void merge(byte[] other) {
      sketch.merge(other);
    }

    @Override
    public byte[] write() {
      return sketch.write();
    }
  }
}
