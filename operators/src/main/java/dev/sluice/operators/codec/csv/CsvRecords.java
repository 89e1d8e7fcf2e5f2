package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.Chunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Single records as texts: headers, samples for inference. Cold paths only. */
public final class CsvRecords {
  private final CsvReadOptions options;
  private final CsvTokenizer delimiter;
  private final CsvTokens record = new CsvTokens(0, 1);

  public CsvRecords(CsvReadOptions options) {
    this.options = options;
    this.delimiter = new CsvTokenizer(options, new int[0], false);
  }

  /** In multiLine: whether {@code \r} ends records in this file. */
  public void lineEnds(boolean carriageReturn) {
    delimiter.lineEnds(carriageReturn);
  }

  /**
   * Passes the next record of the chunk, with what precedes it that is none; gives where the one
   * after it begins. {@link #found} tells whether there was one that the chunk finishes.
   */
  public int pass(Chunk chunk, int from, boolean more) {
    record.clear();
    return delimiter.read(chunk, from, record, more);
  }

  public boolean found() {
    return record.rows > 0;
  }

  /** The fields of the record just passed; null where nothing stood. */
  public List<@Nullable String> fields(Chunk chunk) {
    return fields(chunk.data(), record.recordStart[0], record.recordEnd[0]);
  }

  /** The fields of one record; none for a blank one. RecordException if there are too many. */
  public List<@Nullable String> fields(byte[] data, int from, int to) {
    Chunk chunk = Chunk.copyOf(data, from, to - from);
    int most = 1;
    byte first = options.separator().getBytes(StandardCharsets.UTF_8)[0];
    for (int at = from; at < to; at++) {
      most += data[at] == first ? 1 : 0;
    }
    most = Math.min(most, options.maxColumns() + 1);
    int[] slots = new int[most];
    Arrays.setAll(slots, i -> i);
    CsvTokens tokens = new CsvTokens(most, 1);
    new CsvTokenizer(options, slots, true).read(chunk, 0, tokens, false);
    if (tokens.rows > 0 && tokens.lastFields > options.maxColumns()) {
      throw CsvTokenizer.tooWide(options, 0);
    }
    List<@Nullable String> texts = new ArrayList<>();
    for (int slot = 0; tokens.rows > 0 && slot < tokens.lastFields; slot++) {
      int length = tokens.length[slot][0];
      texts.add(
          length < 0
              ? null
              : new String(chunk.data(), tokens.start[slot][0], length, StandardCharsets.UTF_8));
    }
    return texts;
  }
}
