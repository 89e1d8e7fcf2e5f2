package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;

/** {@code levenshtein}, {@code soundex} and {@code luhn_check}. */
public final class SimilarityFunctions implements FunctionFamily {
  /** The digit of each letter A to Z; 0 for vowels, 7 for H and W, which part nothing. */
  private static final String SOUNDEX = "01230127022455012623017202";

  @Override
  public List<String> names() {
    return List.of("levenshtein", "soundex", "luhn_check");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "levenshtein" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "levenshtein(str1, str2[, threshold])",
                  "How many characters to insert, delete or replace to get from one text to the"
                      + " other; -1 if more than the threshold.",
                  example("levenshtein('kitten', 'sitting')", "3")),
              SimilarityFunctions::bindLevenshtein);
      case "soundex" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "string_funcs",
                  "soundex(str)",
                  "The Soundex code of a word.",
                  example("soundex('Miller')", "M460")),
              SimilarityFunctions::bindSoundex);
      case "luhn_check" ->
          NamedFunction.of(
              "luhn_check",
              FunctionDoc.of(
                  "string_funcs",
                  "luhn_check(str)",
                  "True if the digits pass the Luhn check, as card numbers do.",
                  example("luhn_check('8112189876')", "true")),
              SimilarityFunctions::bindLuhn);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindLevenshtein(FunctionCall call) {
    call.requireCount(2, 3);
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.STRING),
            call.coerce(1, AtomicType.STRING),
            call.count() == 3
                ? call.coerce(2, AtomicType.INT)
                : new Literal(AtomicType.INT, Integer.MAX_VALUE, ""));
    return new ScalarCall(
        "levenshtein",
        arguments,
        AtomicType.INT,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> {
          BytesColumn a = Texts.bytes(columns, 0);
          BytesColumn b = Texts.bytes(columns, 1);
          IntColumn thresholds = (IntColumn) columns.get(2).flatten();
          Validity valid = Nulls.of(List.of(a, b, thresholds), rows);
          int[] made = new int[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              int distance = levenshtein(a.string(i), b.string(i));
              made[i] = distance > thresholds.get(i) ? -1 : distance;
            }
          }
          return new IntColumn(AtomicType.INT, made, valid, rows);
        });
  }

  private static int levenshtein(String first, String second) {
    int[] a = first.codePoints().toArray();
    int[] b = second.codePoints().toArray();
    int[] row = new int[b.length + 1];
    for (int j = 0; j <= b.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length; j++) {
        int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length];
  }

  private static Expression bindSoundex(FunctionCall call) {
    call.requireCount(1, 1);
    Expression text = call.exactly(0, AtomicType.STRING);
    return new ScalarCall(
        "soundex",
        List.of(text),
        AtomicType.STRING,
        text.nullable(),
        false,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          return Texts.make(List.of(in), rows, row -> soundex(in.string(row)));
        });
  }

  /** A text that does not begin with a letter stays as it is, as in Spark. */
  private static String soundex(String text) {
    if (text.isEmpty() || code(text.charAt(0)) == 0) {
      return text;
    }
    StringBuilder made = new StringBuilder().append(Character.toUpperCase(text.charAt(0)));
    char last = code(text.charAt(0));
    for (int i = 1; i < text.length() && made.length() < 4; i++) {
      char code = code(text.charAt(i));
      if (code == 0) {
        last = '0';
      } else if (code == '7') {
        continue;
      } else {
        if (code != '0' && code != last) {
          made.append(code);
        }
        last = code;
      }
    }
    return made.append("000", 0, 4 - made.length()).toString();
  }

  /** The digit of a letter, 0 for no letter. */
  private static char code(char c) {
    int letter = c >= 'a' && c <= 'z' ? c - 'a' : c >= 'A' && c <= 'Z' ? c - 'A' : -1;
    return letter < 0 ? 0 : SOUNDEX.charAt(letter);
  }

  private static Expression bindLuhn(FunctionCall call) {
    call.requireCount(1, 1);
    Expression text = call.coerce(0, AtomicType.STRING);
    return new ScalarCall(
        "luhn_check",
        List.of(text),
        AtomicType.BOOLEAN,
        text.nullable(),
        false,
        (columns, rows, context) -> {
          BytesColumn in = Texts.bytes(columns, 0);
          boolean[] made = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            made[i] = luhn(in.data(), in.starts()[i], in.lengths()[i]);
          }
          return new BooleanColumn(AtomicType.BOOLEAN, made, in.validity(), rows);
        });
  }

  private static boolean luhn(byte[] data, int start, int length) {
    int sum = 0;
    boolean twice = false;
    for (int i = start + length - 1; i >= start; i--) {
      int digit = data[i] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      int worth = twice ? digit * 2 : digit;
      sum += worth > 9 ? worth - 9 : worth;
      twice = !twice;
    }
    return length > 0 && sum % 10 == 0;
  }
}
