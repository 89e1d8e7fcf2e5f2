package dev.sluice.operators.function.text;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Collation;
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
   * {@code replace}, {@code split_part}, {@code substring_index}, {@code translate} and the
   * trimming of given characters, of plain strings; nothing where no text is looked for.
   */
  public static Optional<Expression> edit(
      String name, List<Expression> arguments, Collation collation) {
    boolean known =
        switch (name) {
          case "replace" -> arguments.size() == 2 || arguments.size() == 3;
          case "split_part", "substring_index", "translate" -> arguments.size() == 3;
          default -> arguments.size() == 2;
        };
    if (!known) {
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
              BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
              for (int i = 0; i < rows; i++) {
                if (valid.isNull(i)) {
                  out.appendNull();
                } else {
                  out.append(edited(name, in, i, collation));
                }
              }
              return out.build();
            }));
  }

  private static String edited(String name, List<FlatColumn> in, int row, Collation collation) {
    String first = text(in, 0, row);
    String second = text(in, 1, row);
    return switch (name) {
      case "replace" ->
          replaced(first, places(first, second, collation), in.size() > 2 ? text(in, 2, row) : "");
      case "split_part" ->
          part(first, places(first, second, collation), ((IntColumn) in.get(2)).get(row), row);
      case "substring_index" ->
          upTo(first, places(first, second, collation), ((IntColumn) in.get(2)).get(row));
      case "translate" -> translated(first, second, text(in, 2, row), collation);
      // The functions of one side take the characters first.
      case "ltrim" -> trimmed(second, first, true, false, collation);
      case "rtrim" -> trimmed(second, first, false, true, collation);
      case "trim" -> trimmed(second, first, true, true, collation);
      default -> trimmed(first, second, true, true, collation);
    };
  }

  private static String text(List<FlatColumn> in, int index, int row) {
    return ((BytesColumn) in.get(index)).string(row);
  }

  private static List<String> characters(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  private static int indexOf(List<String> characters, String one, Collation collation) {
    for (int i = 0; i < characters.size(); i++) {
      if (collation.equal(characters.get(i), one)) {
        return i;
      }
    }
    return -1;
  }

  private static String translated(String text, String from, String to, Collation collation) {
    List<String> wanted = characters(from);
    List<String> instead = characters(to);
    StringBuilder out = new StringBuilder();
    for (String one : characters(text)) {
      int at = indexOf(wanted, one, collation);
      if (at < 0) {
        out.append(one);
      } else if (at < instead.size()) {
        out.append(instead.get(at));
      }
    }
    return out.toString();
  }

  private static String trimmed(
      String text, String characters, boolean left, boolean right, Collation collation) {
    List<String> all = characters(text);
    List<String> wanted = characters(characters);
    int from = 0;
    int to = all.size();
    while (left && from < to && indexOf(wanted, all.get(from), collation) >= 0) {
      from++;
    }
    while (right && to > from && indexOf(wanted, all.get(to - 1), collation) >= 0) {
      to--;
    }
    return String.join("", all.subList(from, to));
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
