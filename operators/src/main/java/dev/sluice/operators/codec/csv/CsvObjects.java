package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads records whose fields nobody declared, for objects of all of them: as many as the header
 * names, or without one as many as there are.
 */
final class CsvObjects {
  /** Places held at most, but for one record: wide ones make batches of fewer rows. */
  private static final int MOST_PLACES = 1 << 20;

  private final CsvReadOptions options;
  private final int mostRows;
  private final List<String> names = new ArrayList<>();
  private boolean named;
  private boolean carriageReturn;
  private boolean knowsLineEnds;
  private CsvTokenizer tokenizer;
  private CsvTokens tokens;

  CsvObjects(CsvReadOptions options, int mostRows) {
    this.options = options;
    this.mostRows = mostRows;
    int[] some = slots(8);
    this.tokenizer = new CsvTokenizer(options, some, true);
    this.tokens = new CsvTokens(some.length, mostRows);
    nameTo(some.length);
  }

  /** What the header says; null where nothing stood. */
  void header(List<@Nullable String> header) {
    names.clear();
    header.forEach(name -> names.add(name == null ? "" : name));
    named = true;
    widen(names.size());
  }

  void lineEnds(boolean carriageReturn) {
    this.carriageReturn = carriageReturn;
    this.knowsLineEnds = true;
    tokenizer.lineEnds(carriageReturn);
  }

  /** The names of the fields that are looked for. */
  List<String> names() {
    return names;
  }

  CsvTokens tokens() {
    return tokens;
  }

  /** As {@link CsvTokenizer#read}, into {@link #tokens}. */
  int read(Chunk chunk, int from, boolean more) {
    tokens.clear();
    int next = tokenizer.read(chunk, from, tokens, more);
    while (!named && tokens.mostFields > names.size()) {
      nameTo(tokens.mostFields);
      widen(names.size());
      next = tokenizer.read(chunk, from, tokens, more);
    }
    if (!named) {
      // A record has the fields it has.
      Arrays.fill(tokens.wrongWidth, 0, tokens.rows, false);
    }
    return next;
  }

  private void nameTo(int count) {
    for (int i = names.size(); i < count; i++) {
      names.add("_c" + i);
    }
  }

  private void widen(int count) {
    tokenizer = new CsvTokenizer(options, slots(count), true);
    if (knowsLineEnds) {
      tokenizer.lineEnds(carriageReturn);
    }
    tokens =
        new CsvTokens(count, Math.max(1, Math.min(mostRows, MOST_PLACES / Math.max(1, count))));
  }

  private static int[] slots(int count) {
    int[] slots = new int[count];
    Arrays.setAll(slots, i -> i);
    return slots;
  }
}
