package dev.sluice.operators.function.text;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.ScalarCall;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code sentences}: the words of a text, a sentence an array. */
public final class SentenceFunctions implements FunctionFamily {
  private static final ArrayType WORDS = new ArrayType(AtomicType.STRING, false);
  private static final ArrayType SENTENCES = new ArrayType(WORDS, false);

  @Override
  public List<String> names() {
    return List.of("sentences");
  }

  @Override
  public Function function(String name) {
    return Declared.function(
        "string_funcs",
        name,
        "sentences(str[, language[, country]])",
        "The words of each sentence of a text.",
        "sentences('Hi there! Good morning.')",
        "[[Hi, there], [Good, morning]]",
        SentenceFunctions::bind);
  }

  private static Expression bind(FunctionCall call) {
    call.requireCount(1, 3);
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < call.count(); i++) {
      arguments.add(call.coerce(i, AtomicType.STRING));
    }
    return new ScalarCall(
        "sentences",
        arguments,
        SENTENCES,
        true,
        false,
        (columns, rows, context) -> split(columns, rows));
  }

  private static Column split(List<Column> columns, int rows) {
    BytesColumn in = Texts.bytes(columns, 0);
    ArrayBuilder out = (ArrayBuilder) ColumnBuilder.of(SENTENCES, rows);
    for (int i = 0; i < rows; i++) {
      if (in.isNull(i)) {
        out.appendNull();
      } else {
        split(in.string(i), new Locale(word(columns, 1, i), word(columns, 2, i)), out);
      }
    }
    return out.build();
  }

  private static String word(List<Column> columns, int argument, int row) {
    if (argument >= columns.size() || columns.get(argument).isNull(row)) {
      return "";
    }
    return Texts.bytes(columns, argument).string(row);
  }

  private static void split(String text, Locale locale, ArrayBuilder out) {
    ArrayBuilder sentences = (ArrayBuilder) out.elements();
    BytesBuilder words = (BytesBuilder) sentences.elements();
    BreakIterator breaks = BreakIterator.getSentenceInstance(locale);
    BreakIterator gaps = BreakIterator.getWordInstance(locale);
    breaks.setText(text);
    int from = 0;
    while (breaks.next() != BreakIterator.DONE) {
      String sentence = text.substring(from, breaks.current());
      from = breaks.current();
      gaps.setText(sentence);
      int start = 0;
      while (gaps.next() != BreakIterator.DONE) {
        if (Character.isLetterOrDigit(sentence.charAt(start))) {
          words.append(sentence.substring(start, gaps.current()));
        }
        start = gaps.current();
      }
      sentences.endArray();
    }
    out.endArray();
  }
}
