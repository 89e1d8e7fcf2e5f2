package dev.sluice.operators.function.text;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Collation;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Functions that look for one text in another as a collation sees them: value by value. */
public final class CollatedTexts {
  private CollatedTexts() {}

  /**
   * {@code contains}, {@code startswith}, {@code endswith} and the functions that tell a place,
   * from 1 and in code points. The texts are plain strings.
   */
  public static Expression search(String name, List<Expression> arguments, Collation collation) {
    boolean place =
        switch (name) {
          case "contains", "startswith", "endswith" -> false;
          default -> true;
        };
    boolean wantedFirst = place && !name.equals("instr");
    return new ScalarCall(
        name,
        arguments,
        place ? AtomicType.INT : AtomicType.BOOLEAN,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> {
          List<FlatColumn> in = Nulls.flatten(columns);
          Validity valid = Nulls.of(in, rows);
          BytesColumn texts = (BytesColumn) in.get(wantedFirst ? 1 : 0);
          BytesColumn wanted = (BytesColumn) in.get(wantedFirst ? 0 : 1);
          int[] places = new int[rows];
          boolean[] found = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isNull(i)) {
              continue;
            }
            int from = in.size() > 2 ? ((IntColumn) in.get(2)).get(i) : 1;
            if (place) {
              places[i] = place(texts.string(i), wanted.string(i), from, collation);
            } else {
              found[i] = holds(name, texts.string(i), wanted.string(i), collation);
            }
          }
          return place
              ? new IntColumn(AtomicType.INT, places, valid, rows)
              : new BooleanColumn(AtomicType.BOOLEAN, found, valid, rows);
        });
  }

  private static boolean holds(String name, String text, String wanted, Collation collation) {
    if (wanted.isEmpty()) {
      return true;
    }
    for (int[] at = collation.find(text, wanted, 0); at.length > 0; ) {
      if (name.equals("contains")
          || name.equals("startswith") && at[0] == 0
          || name.equals("endswith") && at[1] == text.length()) {
        return true;
      }
      if (name.equals("startswith") || at[0] >= text.length()) {
        return false;
      }
      at = collation.find(text, wanted, text.offsetByCodePoints(at[0], 1));
    }
    return false;
  }

  private static int place(String text, String wanted, int from, Collation collation) {
    if (from < 1 || from > text.codePointCount(0, text.length()) + 1) {
      return 0;
    }
    int[] at = collation.find(text, wanted, text.offsetByCodePoints(0, from - 1));
    return at.length == 0 ? 0 : text.codePointCount(0, at[0]) + 1;
  }

  /**
   * {@code replace}, {@code split_part} and {@code substring_index} of plain strings; nothing for
   * another function.
   */
  public static Optional<Expression> edit(
      String name, List<Expression> arguments, Collation collation) {
    boolean counted = !name.equals("replace");
    if (counted && arguments.size() != 3) {
      return Optional.empty();
    }
    return Optional.of(
        new ScalarCall(
            name,
            arguments,
            AtomicType.STRING,
            Nulls.anyNullable(arguments),
            name.equals("split_part"),
            (columns, rows, context) -> {
              List<FlatColumn> in = Nulls.flatten(columns);
              Validity valid = Nulls.of(in, rows);
              BytesColumn texts = (BytesColumn) in.get(0);
              BytesColumn wanted = (BytesColumn) in.get(1);
              BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
              for (int i = 0; i < rows; i++) {
                if (valid.isNull(i)) {
                  out.appendNull();
                  continue;
                }
                String text = texts.string(i);
                List<int[]> places = places(text, wanted.string(i), collation);
                if (counted) {
                  int number = ((IntColumn) in.get(2)).get(i);
                  out.append(
                      name.equals("split_part")
                          ? part(text, places, number, i)
                          : upTo(text, places, number));
                } else {
                  out.append(
                      replaced(
                          text, places, in.size() > 2 ? ((BytesColumn) in.get(2)).string(i) : ""));
                }
              }
              return (Column) out.build();
            }));
  }

  /** Where the wanted text stands, one place after the other. */
  private static List<int[]> places(String text, String wanted, Collation collation) {
    List<int[]> places = new ArrayList<>();
    if (wanted.isEmpty()) {
      return places;
    }
    for (int[] at = collation.find(text, wanted, 0);
        at.length > 0 && at[1] > at[0];
        at = collation.find(text, wanted, at[1])) {
      places.add(at);
    }
    return places;
  }

  private static String replaced(String text, List<int[]> places, String replacement) {
    StringBuilder out = new StringBuilder();
    int kept = 0;
    for (int[] at : places) {
      out.append(text, kept, at[0]).append(replacement);
      kept = at[1];
    }
    return out.append(text, kept, text.length()).toString();
  }

  private static String part(String text, List<int[]> places, int number, int row) {
    if (number == 0) {
      throw new EvaluationException(
          "INVALID_INDEX_OF_ZERO", "the parts of 'split_part' are counted from 1", row);
    }
    int index = number > 0 ? number - 1 : places.size() + 1 + number;
    if (index < 0 || index > places.size()) {
      return "";
    }
    int from = index == 0 ? 0 : places.get(index - 1)[1];
    return text.substring(from, index == places.size() ? text.length() : places.get(index)[0]);
  }

  private static String upTo(String text, List<int[]> places, int count) {
    if (count == 0) {
      return "";
    }
    if (Math.abs((long) count) > places.size()) {
      return text;
    }
    return count > 0
        ? text.substring(0, places.get(count - 1)[0])
        : text.substring(places.get(places.size() + count)[1]);
  }
}
