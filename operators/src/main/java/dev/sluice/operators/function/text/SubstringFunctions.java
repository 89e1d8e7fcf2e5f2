package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Flats;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;

/**
 * Parts of a text by position or by delimiter. Results are slices of the input. Positions count
 * code points from 1.
 */
public final class SubstringFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("substring", "substr", "left", "right", "substring_index", "split_part");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "left" ->
          NamedFunction.of(
              "left",
              FunctionDoc.of(
                  "string_funcs",
                  "left(str, len)",
                  "The first characters of a text; none if len is not positive.",
                  example("left('Spark SQL', 3)", "Spa")),
              call -> bindEnd(call, true));
      case "right" ->
          NamedFunction.of(
              "right",
              FunctionDoc.of(
                  "string_funcs",
                  "right(str, len)",
                  "The last characters of a text; none if len is not positive.",
                  example("right('Spark SQL', 3)", "SQL")),
              call -> bindEnd(call, false));
      case "substring_index" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "substring_index(str, delim, count)",
                  "The text before the count-th delimiter, or after the count-th from the end if"
                      + " count is negative.",
                  example("substring_index('www.apache.org', '.', 2)", "www.apache")),
              SubstringFunctions::bindIndex);
      case "split_part" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "split_part(str, delimiter, partNum)",
                  "The part of that number between delimiters, from the end if negative; empty when"
                      + " there are fewer.",
                  example("split_part('11.12.13', '.', 3)", "13")),
              SubstringFunctions::bindPart);
      case "substring", "substr" ->
          NamedFunction.of(
                  "substring",
                  FunctionDoc.of(
                      "string_funcs",
                      "substring(str, pos[, len])",
                      "The characters from a position on (0 counts as 1, negative from the end), at"
                          + " most len of them.",
                      example("substring('Spark SQL', 5)", "k SQL"),
                      example("substring('Spark SQL', -3)", "SQL"),
                      example("substring('Spark SQL', 5, 1)", "k")),
                  SubstringFunctions::bindSubstring)
              .withAliases("substr");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindSubstring(FunctionCall call) {
    call.requireCount(2, 3);
    Expression text = call.coerce(0, AtomicType.STRING, AtomicType.BINARY);
    Expression position = call.coerce(1, AtomicType.INT);
    List<Expression> arguments =
        call.count() == 3
            ? List.of(text, position, call.coerce(2, AtomicType.INT))
            : List.of(text, position);
    return new ScalarCall(
        call.name(),
        arguments,
        text.type(),
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> substring(columns, rows, text.type()));
  }

  private static Column substring(List<Column> columns, int rows, DataType type) {
    BytesColumn in = (BytesColumn) columns.get(0).flatten();
    Column positions = columns.get(1);
    int[] position = ((IntColumn) Flats.base(positions)).values();
    int positionMask = Flats.mask(positions);
    Validity valid = in.validity().and(Flats.validity(positions), rows);
    int[] count = {Integer.MAX_VALUE};
    int countMask = 0;
    if (columns.size() == 3) {
      Column counts = columns.get(2);
      count = ((IntColumn) Flats.base(counts)).values();
      countMask = Flats.mask(counts);
      valid = valid.and(Flats.validity(counts), rows);
    }
    boolean binary = type == AtomicType.BINARY;
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      long slice =
          slice(
              in.data(),
              in.starts()[i],
              in.lengths()[i],
              position[i & positionMask],
              count[i & countMask],
              binary);
      starts[i] = (int) (slice >>> 32);
      lengths[i] = (int) slice;
    }
    return new BytesColumn(type, in.data(), starts, lengths, valid, rows);
  }

  /** Start and length in bytes of Spark's {@code substringSQL}, packed into one long. */
  private static long slice(
      byte[] data, int start, int length, int position, int count, boolean binary) {
    long from = Math.max(0, position - 1L);
    long to = count == Integer.MAX_VALUE ? length : Math.min(length, from + count);
    if (position < 0 || !binary && !Utf8.isAscii(data, start, (int) Math.max(0, to))) {
      return anySlice(data, start, length, position, count, binary);
    }
    return to <= from ? (long) start << 32 : (start + from) << 32 | (to - from);
  }

  /** Where characters before the slice may take several bytes, or count from the end. */
  private static long anySlice(
      byte[] data, int start, int length, int position, int count, boolean binary) {
    int end = start + length;
    boolean single = binary || Utf8.isAscii(data, start, length);
    long units = single ? length : Utf8.length(data, start, length);
    long from = position > 0 ? position - 1L : position < 0 ? units + position : 0L;
    long to = count == Integer.MAX_VALUE ? units : Math.min(units, from + count);
    from = Math.max(0L, from);
    if (to <= from) {
      return (long) start << 32;
    }
    if (single) {
      return (start + from) << 32 | (to - from);
    }
    int first = Utf8.skip(data, start, end, (int) from);
    int last = Utf8.skip(data, first, end, (int) (to - from));
    return (long) first << 32 | (last - first);
  }

  private static Expression bindEnd(FunctionCall call, boolean left) {
    call.requireCount(2, 2);
    Expression text =
        left
            ? call.coerce(0, AtomicType.STRING, AtomicType.BINARY)
            : call.coerce(0, AtomicType.STRING);
    Expression count = call.coerce(1, AtomicType.INT);
    List<Expression> arguments = List.of(text, count);
    return new ScalarCall(
        left ? "left" : "right",
        arguments,
        text.type(),
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> end(columns.get(0), columns.get(1), rows, left));
  }

  private static Column end(Column text, Column count, int rows, boolean left) {
    BytesColumn in = (BytesColumn) text.flatten();
    int[] counts = ((IntColumn) Flats.base(count)).values();
    int mask = Flats.mask(count);
    Validity valid = in.validity().and(Flats.validity(count), rows);
    boolean binary = in.type() == AtomicType.BINARY;
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i) || counts[i & mask] <= 0) {
        continue;
      }
      long slice =
          slice(
              in.data(),
              in.starts()[i],
              in.lengths()[i],
              left ? 1 : -counts[i & mask],
              left ? counts[i & mask] : Integer.MAX_VALUE,
              binary);
      starts[i] = (int) (slice >>> 32);
      lengths[i] = (int) slice;
    }
    return new BytesColumn(in.type(), in.data(), starts, lengths, valid, rows);
  }

  private static Expression bindIndex(FunctionCall call) {
    call.requireCount(3, 3);
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.STRING),
            call.coerce(1, AtomicType.STRING),
            call.coerce(2, AtomicType.INT));
    return new ScalarCall(
        "substring_index",
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> delimited(columns, rows, SubstringFunctions::indexed));
  }

  private static Expression bindPart(FunctionCall call) {
    call.requireCount(3, 3);
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.STRING),
            call.coerce(1, AtomicType.STRING),
            call.coerce(2, AtomicType.INT));
    return new ScalarCall(
        "split_part",
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> delimited(columns, rows, SubstringFunctions::part));
  }

  /** A part of a text between delimiters: start and length, packed. */
  private interface Part {
    long find(BytesColumn text, BytesColumn delimiter, int row, int number);
  }

  private static Column delimited(List<Column> columns, int rows, Part part) {
    BytesColumn in = (BytesColumn) columns.get(0).flatten();
    BytesColumn delimiter = (BytesColumn) columns.get(1).flatten();
    IntColumn numbers = (IntColumn) columns.get(2).flatten();
    Validity valid = Nulls.of(List.of(in, delimiter, numbers), rows);
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      long slice = part.find(in, delimiter, i, numbers.get(i));
      starts[i] = (int) (slice >>> 32);
      lengths[i] = (int) slice;
    }
    return new BytesColumn(AtomicType.STRING, in.data(), starts, lengths, valid, rows);
  }

  private static long indexed(BytesColumn text, BytesColumn delimiter, int row, int count) {
    byte[] data = text.data();
    int start = text.starts()[row];
    int end = start + text.lengths()[row];
    int width = delimiter.lengths()[row];
    if (count == 0 || width == 0) {
      return (long) start << 32;
    }
    int at;
    if (count > 0) {
      at = start - width;
      for (int i = 0; i < count; i++) {
        at =
            Utf8.indexOf(
                data,
                at + (i == 0 ? width : 1),
                end,
                delimiter.data(),
                delimiter.starts()[row],
                width);
        if (at < 0) {
          return (long) start << 32 | (end - start);
        }
      }
      return (long) start << 32 | (at - start);
    }
    at = end;
    for (int i = 0; i > count; i--) {
      at =
          Utf8.lastIndexOf(
              data,
              start,
              i == 0 ? end : at + width - 1,
              delimiter.data(),
              delimiter.starts()[row],
              width);
      if (at < 0) {
        return (long) start << 32 | (end - start);
      }
    }
    return (long) (at + width) << 32 | (end - at - width);
  }

  private static long part(BytesColumn text, BytesColumn delimiter, int row, int number) {
    if (number == 0) {
      throw new EvaluationException(
          "INVALID_INDEX_OF_ZERO",
          "the index 0 is invalid: an index is either less or greater than 0 (the first part has"
              + " index 1)",
          row);
    }
    byte[] data = text.data();
    int start = text.starts()[row];
    int end = start + text.lengths()[row];
    int width = delimiter.lengths()[row];
    if (width == 0) {
      return number == 1 || number == -1 ? (long) start << 32 | (end - start) : (long) start << 32;
    }
    int parts = 1;
    if (number < 0) {
      for (int at = start; (at = find(text, delimiter, row, at, end)) >= 0; at += width) {
        parts++;
      }
    }
    int wanted = number > 0 ? number : parts + number + 1;
    if (wanted < 1) {
      return (long) start << 32;
    }
    int from = start;
    for (int i = 1; ; i++) {
      int at = find(text, delimiter, row, from, end);
      if (i == wanted) {
        return (long) from << 32 | ((at < 0 ? end : at) - from);
      }
      if (at < 0) {
        return (long) start << 32;
      }
      from = at + width;
    }
  }

  private static int find(BytesColumn text, BytesColumn delimiter, int row, int from, int end) {
    return Utf8.indexOf(
        text.data(),
        from,
        end,
        delimiter.data(),
        delimiter.starts()[row],
        delimiter.lengths()[row]);
  }
}
