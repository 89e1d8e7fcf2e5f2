package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.codec.Words;
import java.nio.charset.StandardCharsets;

/**
 * Finds the fields of records, eight bytes at a time. Which bytes end a field is one test a word;
 * only a quoted field leaves the loop.
 *
 * <p>Records are lines, so that a quote never reaches past a line end, unless {@code multiLine}
 * lets it. Blank lines and comments are no records.
 */
final class CsvTokenizer {
  private final CsvReadOptions options;
  private final byte[] separator;
  private final LineEnds lines;
  private final long separatorPattern;
  private final long quotePattern;
  private final int quote;
  private final int comment;
  // Whether the plain loop may be used; and whether records() must come back after each record.
  private final boolean plain;
  private final boolean oneByOne;
  private final boolean trims;
  private final boolean trimsLeading;
  private final QuotedField quoted;
  private final int[] slotOfColumn;
  private final int width;
  private final boolean wholeRecords;
  private final boolean skipsRest;

  // Of the chunk being read.
  private Chunk chunk = new Chunk(new byte[Chunk.PADDING], 0, 0, 0);
  private byte[] data = chunk.data();
  private CsvTokens tokens;
  private int recordStart;
  private int fieldStart;
  private int column;
  private boolean fieldDone;

  /**
   * @param slotOfColumn for each column of the file the slot of its field, or -1 if not wanted
   * @param wholeRecords whether the number of fields matters; otherwise a record is left as soon as
   *     its last wanted field is found
   */
  CsvTokenizer(CsvReadOptions options, int[] slotOfColumn, boolean wholeRecords) {
    this.options = options;
    this.separator = options.separator().getBytes(StandardCharsets.UTF_8);
    this.lines = new LineEnds(options);
    this.quote = options.quote() == '\0' ? -1 : options.quote();
    this.comment = options.comment() == '\0' ? -1 : options.comment();
    this.separatorPattern = Words.pattern(separator[0]);
    this.quotePattern = quote < 0 ? separatorPattern : Words.pattern(quote);
    this.trimsLeading = options.ignoreLeadingBlanks();
    this.trims = trimsLeading || options.ignoreTrailingBlanks();
    this.quoted = new QuotedField(options, separator);
    this.slotOfColumn = slotOfColumn;
    int last = -1;
    for (int i = 0; i < slotOfColumn.length; i++) {
      last = slotOfColumn[i] >= 0 ? i : last;
    }
    this.wholeRecords = wholeRecords;
    this.skipsRest = !wholeRecords && !options.multiLine();
    this.width = wholeRecords ? slotOfColumn.length : last + 1;
    this.plain =
        separator.length == 1
            && !trims
            && comment < 0
            && !lines.own()
            && !options.multiLine()
            && options.maxCharsPerColumn() < 0;
    this.oneByOne = plain || comment >= 0;
    this.tokens = new CsvTokens(0, 0);
  }

  /** In multiLine: what the first line end of the file is. */
  void lineEnds(boolean carriageReturn) {
    lines.carriageReturn(carriageReturn);
  }

  boolean carriageReturnEnds() {
    return lines.carriageReturn() && !lines.own();
  }

  /**
   * Reads records from {@code from} until the chunk ends or {@code tokens} is full. Gives where the
   * next record begins. With {@code more}, a record that the chunk does not finish is left alone.
   */
  int read(Chunk source, int from, CsvTokens into, boolean more) {
    chunk = source;
    data = source.data();
    tokens = into;
    int to = source.to();
    int at = from;
    while (at < to && into.rows < into.capacity) {
      if (plain) {
        at = plainRecords(at, to);
        if (at >= to || into.rows >= into.capacity) {
          return at;
        }
      }
      beginRecord(at);
      if (comment >= 0 && data[at] == (byte) comment) {
        int end = lines.find(data, at, to);
        if (end >= to && more) {
          return at;
        }
        at = lines.behind(data, end, to);
        continue;
      }
      int next = records(at, to);
      if (next < 0) {
        // The chunk ended within a record.
        if (more) {
          return recordStart;
        }
        endRecord(to);
        return to;
      }
      at = next;
    }
    return at;
  }

  private void beginRecord(int at) {
    recordStart = at;
    fieldStart = at;
    column = 0;
    fieldDone = false;
  }

  private long hits(long word) {
    return Words.equal(word, separatorPattern) | Words.equal(word, quotePattern) | lines.hits(word);
  }

  /**
   * Reads records while they follow each other plainly; gives where the next one begins, or -1 if
   * the chunk ends within one.
   */
  private int records(int from, int to) {
    byte[] bytes = data;
    byte separatorByte = separator[0];
    int at = from;
    while (at < to) {
      long hits = hits(Words.load(bytes, at));
      int word = at;
      at += 8;
      while (hits != 0) {
        int hit = word + (Long.numberOfTrailingZeros(hits) >>> 3);
        hits &= hits - 1;
        if (hit >= to) {
          return -1;
        }
        byte b = bytes[hit];
        if (b == separatorByte) {
          if (separator.length > 1 && !isSeparator(hit, to)) {
            continue;
          }
          endField(hit);
          if (column >= width && skipsRest) {
            int end = lines.find(data, hit, to);
            if (end >= to) {
              return -1;
            }
            int next = endRecordAt(end, to);
            if (next < 0 || tokens.rows >= tokens.capacity || oneByOne) {
              return next < 0 ? to : next;
            }
            at = next;
            break;
          }
          fieldStart = hit + separator.length;
        } else if (b == (byte) quote && quote >= 0 && !fieldDone) {
          if (hit != fieldStart && !(trimsLeading && allBlank(fieldStart, hit))) {
            continue;
          }
          at = quotedField(hit, to);
          bytes = data;
          break;
        } else if (lines.at(bytes, hit, to)) {
          int next = endRecordAt(hit, to);
          if (next < 0 || tokens.rows >= tokens.capacity || oneByOne) {
            return next < 0 ? to : next;
          }
          if (next > hit + 1) {
            at = next;
            break;
          }
        }
      }
    }
    return -1;
  }

  /**
   * The common case with its state in local variables: lines that end in {@code \n}, fields without
   * quotes. Gives the begin of the first record that is not so, or that the chunk does not end.
   */
  private int plainRecords(int from, int to) {
    byte[] bytes = data;
    int[][] starts = tokens.start;
    int[][] lengths = tokens.length;
    int[] slots = slotOfColumn;
    byte separatorByte = separator[0];
    int row = tokens.rows;
    int record = from;
    int field = from;
    int index = 0;
    int at = from;
    while (at < to) {
      long word = Words.load(bytes, at);
      long hits =
          Words.equal(word, separatorPattern)
              | Words.equal(word, quotePattern)
              | LineEnds.usual(word);
      int base = at;
      at += 8;
      while (hits != 0) {
        int hit = base + (Long.numberOfTrailingZeros(hits) >>> 3);
        hits &= hits - 1;
        if (hit >= to) {
          tokens.rows = row;
          return record;
        }
        byte b = bytes[hit];
        int end = hit;
        boolean ends = false;
        if (b == separatorByte) {
          if (skipsRest && index + 1 >= width) {
            end = lines.find(data, hit, to);
            boolean two = end + 1 < to && bytes[end] == '\r' && bytes[end + 1] == '\n';
            if (end >= to || (bytes[end] == '\r' && !two)) {
              tokens.rows = row;
              return record;
            }
            ends = true;
            at = end + (two ? 2 : 1);
            hits = 0;
          }
        } else if (b == '\n') {
          ends = true;
          if ((index == 0 && bytes[record] <= ' ') || index >= options.maxColumns()) {
            tokens.rows = row;
            return record;
          }
          end = hit > record && bytes[hit - 1] == '\r' ? hit - 1 : hit;
        } else if ((b == quote && hit == field && quote >= 0)
            || (b == '\r' && (hit + 1 >= to || bytes[hit + 1] != '\n'))) {
          tokens.rows = row;
          return record;
        } else {
          continue;
        }
        if (index < slots.length && slots[index] >= 0) {
          int slot = slots[index];
          int length = (ends && b == separatorByte ? hit : end) - field;
          starts[slot][row] = field;
          lengths[slot][row] = length == 0 ? CsvTokens.NOTHING : length;
        }
        index++;
        field = hit + 1;
        if (ends) {
          endPlainRecord(row, record, end, index);
          row++;
          record = b == '\n' ? hit + 1 : at;
          field = record;
          index = 0;
          if (row >= tokens.capacity) {
            tokens.rows = row;
            return record;
          }
        }
      }
    }
    tokens.rows = row;
    return record;
  }

  private void endPlainRecord(int row, int start, int end, int fields) {
    for (int i = fields; i < width; i++) {
      int slot = slotOfColumn[i];
      if (slot >= 0) {
        tokens.length[slot][row] = CsvTokens.MISSING;
      }
    }
    tokens.recordStart[row] = start;
    tokens.recordEnd[row] = end;
    tokens.wrongWidth[row] = wholeRecords && fields != width;
    tokens.lastFields = fields;
    tokens.mostFields = Math.max(tokens.mostFields, fields);
  }

  /** Ends the record at a line end; gives where the next begins, -1 at the end of the chunk. */
  private int endRecordAt(int lineEnd, int to) {
    int end = lineEnd;
    int next = lineEnd + 1;
    if (!lines.own()) {
      if (data[lineEnd] == '\r' && next < to && data[next] == '\n') {
        next++;
      } else if (data[lineEnd] == '\n'
          && lines.carriageReturn()
          && end > recordStart
          && data[end - 1] == '\r') {
        end--;
      }
    }
    endRecord(end);
    if (next >= to) {
      return -1;
    }
    beginRecord(next);
    return next;
  }

  private void endRecord(int end) {
    if (column == 0 && !fieldDone && isNoRecord(end)) {
      return;
    }
    if (column < width || !skipsRest) {
      endField(end);
    }
    int row = tokens.rows;
    for (int i = column; i < width; i++) {
      int slot = slotOfColumn[i];
      if (slot >= 0) {
        tokens.length[slot][row] = CsvTokens.MISSING;
      }
    }
    tokens.recordStart[row] = recordStart;
    tokens.recordEnd[row] = end;
    tokens.wrongWidth[row] = wholeRecords && column != width;
    tokens.lastFields = column;
    tokens.mostFields = Math.max(tokens.mostFields, column);
    tokens.rows = row + 1;
  }

  /** Blank lines are skipped; in multiLine only empty ones. */
  private boolean isNoRecord(int end) {
    if (options.multiLine()) {
      return end == recordStart || (trimsLeading && allBlank(recordStart, end));
    }
    return allBlank(recordStart, end);
  }

  private boolean allBlank(int from, int end) {
    for (int at = from; at < end; at++) {
      if (data[at] < 0 || data[at] > ' ') {
        return false;
      }
    }
    return true;
  }

  private boolean isSeparator(int at, int to) {
    if (at < fieldStart || at + separator.length > to) {
      return false;
    }
    for (int i = 1; i < separator.length; i++) {
      if (data[at + i] != separator[i]) {
        return false;
      }
    }
    return true;
  }

  private void endField(int end) {
    int index = column++;
    if (fieldDone) {
      fieldDone = false;
      return;
    }
    if (index >= slotOfColumn.length) {
      tooManyColumns(index);
      return;
    }
    int slot = slotOfColumn[index];
    if (slot < 0) {
      return;
    }
    int from = fieldStart;
    int until = end;
    if (trims) {
      while (trimsLeading && from < until && data[from] >= 0 && data[from] <= ' ') {
        from++;
      }
      while (options.ignoreTrailingBlanks()
          && until > from
          && data[until - 1] >= 0
          && data[until - 1] <= ' ') {
        until--;
      }
    }
    store(slot, from, until == from ? CsvTokens.NOTHING : until - from);
  }

  private void store(int slot, int from, int length) {
    int row = tokens.rows;
    tokens.start[slot][row] = from;
    tokens.length[slot][row] = length;
    if (options.maxCharsPerColumn() >= 0 && length > options.maxCharsPerColumn()) {
      throw new RecordException(
          "csv-field-too-long",
          "a field is longer than maxCharsPerColumn " + options.maxCharsPerColumn(),
          chunk.offsetOf(recordStart));
    }
  }

  private void tooManyColumns(int index) {
    if (index >= options.maxColumns()) {
      throw tooWide(options, chunk.offsetOf(recordStart));
    }
  }

  static RecordException tooWide(CsvReadOptions options, long offset) {
    return new RecordException(
        "csv-too-many-columns",
        "a record has more than maxColumns " + options.maxColumns() + " fields",
        offset);
  }

  /** Reads a quoted field; gives where to go on: at the separator or line end behind it. */
  private int quotedField(int at, int to) {
    int limit = options.multiLine() ? to : lines.find(data, at, to);
    int next = quoted.read(chunk, at, limit, options.multiLine() ? this : null);
    data = chunk.data();
    if (column < slotOfColumn.length && slotOfColumn[column] >= 0) {
      int length = quoted.length();
      store(slotOfColumn[column], quoted.start(), length);
    }
    fieldDone = true;
    return next;
  }

  /** Whether a byte ends a record; for quoted fields that may reach over lines. */
  boolean endsLine(int at, int to) {
    return lines.at(data, at, to);
  }
}
