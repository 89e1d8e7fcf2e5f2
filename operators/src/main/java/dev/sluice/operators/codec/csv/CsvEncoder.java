package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.codec.ScalarTexts;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.FlatColumn;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Rows as CSV lines, as Spark writes them: a field is enclosed in quotes if it holds the separator,
 * a quote or a line end, or begins a line with the comment character; quotes and escapes in it are
 * escaped. Not thread-safe.
 */
public final class CsvEncoder {
  private static final byte[] HEX = utf8("0123456789ABCDEF");

  private final CsvWriteOptions options;
  private final boolean binaryAsHex;
  private final ScalarTexts scalars;
  private final byte[] separator;
  private final byte[] lineSeparator;
  private final byte[] nullValue;
  private final byte[] emptyValue;
  private final Bytes scratch = new Bytes(256);
  // Bytes that make a field quoted: quote, line ends, the first of the separator.
  private final boolean[] special = new boolean[256];
  private final int escapeEscape;

  /** Binary as the text that its bytes are, if they are UTF-8. */
  public CsvEncoder(CsvWriteOptions options) {
    this(options, false);
  }

  /** {@code binaryAsHex}: binary in the form {@code [41 0A]}, as Spark's file writer puts it. */
  public CsvEncoder(CsvWriteOptions options, boolean binaryAsHex) {
    this.options = options;
    this.binaryAsHex = binaryAsHex;
    this.scalars = new ScalarTexts(options.timeFormats());
    this.separator = utf8(options.separator());
    this.lineSeparator = utf8(options.lineSeparator());
    this.nullValue = utf8(options.nullValue());
    this.emptyValue = utf8(options.emptyValue());
    special['\n'] = true;
    special['\r'] = true;
    special[separator[0] & 0xff] = true;
    special[lineSeparator[0] & 0xff] = true;
    if (options.escapeQuotes()) {
      special[options.quote()] = true;
    }
    char given = options.quoteEscapeEscape();
    this.escapeEscape =
        given != '\0' ? given : options.escape() == options.quote() ? '\0' : options.escape();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Puts the line of column names. */
  public void header(List<String> names, Bytes out) {
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        out.put(separator);
      }
      byte[] name = utf8(names.get(i));
      field(name, 0, name.length, i == 0, out);
    }
    out.put(lineSeparator);
  }

  /** Puts the line of one row. */
  public void line(List<FlatColumn> columns, int row, Bytes out) {
    int before = out.size();
    record(columns, row, out);
    // A row of which nothing is written is no line, as it would not be read back as a row.
    if (out.size() > before) {
      out.put(lineSeparator);
    }
  }

  /** Puts one row without a line end. */
  public void record(List<FlatColumn> columns, int row, Bytes out) {
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        out.put(separator);
      }
      FlatColumn column = columns.get(i);
      if (column.isNull(row)) {
        constant(nullValue, out);
      } else {
        scratch.clear();
        if (binaryAsHex && column.type() == AtomicType.BINARY) {
          binary((BytesColumn) column, row);
        } else {
          scalars.put(column, row, scratch);
        }
        field(scratch.data(), 0, scratch.size(), i == 0, out);
      }
    }
  }

  /** As {@code [41 0A]}. */
  private void binary(BytesColumn column, int row) {
    int start = column.starts()[row];
    scratch.put('[');
    for (int i = start; i < start + column.lengths()[row]; i++) {
      if (i > start) {
        scratch.put(' ');
      }
      scratch.put(HEX[column.data()[i] >> 4 & 0xf]);
      scratch.put(HEX[column.data()[i] & 0xf]);
    }
    scratch.put(']');
  }

  /** The text for null or nothing: as it is, if it stands in quotes already. */
  private void constant(byte[] text, Bytes out) {
    int last = text.length - 1;
    boolean enclosed = last >= 1 && text[0] == options.quote() && text[last] == options.quote();
    if (enclosed) {
      out.put(text);
    } else if (options.quoteAll() || needsQuotes(text, 0, text.length, false)) {
      quoted(text, 0, text.length, out);
    } else {
      out.put(text);
    }
  }

  private void field(byte[] data, int start, int length, boolean first, Bytes out) {
    int from = start;
    int to = start + length;
    while (options.ignoreLeadingBlanks() && from < to && data[from] >= 0 && data[from] <= ' ') {
      from++;
    }
    while (options.ignoreTrailingBlanks()
        && to > from
        && data[to - 1] >= 0
        && data[to - 1] <= ' ') {
      to--;
    }
    if (from == to) {
      constant(emptyValue, out);
    } else if (options.quoteAll() || needsQuotes(data, from, to, first)) {
      quoted(data, from, to, out);
    } else {
      out.put(data, from, to - from);
    }
  }

  private boolean needsQuotes(byte[] data, int from, int to, boolean first) {
    if (from < to && data[from] == (byte) options.quote()) {
      return true;
    }
    if (first && options.comment() != '\0' && from < to && data[from] == (byte) options.comment()) {
      return true;
    }
    for (int at = from; at < to; at++) {
      if (special[data[at] & 0xff]
          && (separator.length == 1 || data[at] != separator[0] || isSeparator(data, at, to))) {
        return true;
      }
    }
    return false;
  }

  private boolean isSeparator(byte[] data, int at, int to) {
    if (at + separator.length > to) {
      return false;
    }
    for (int i = 1; i < separator.length; i++) {
      if (data[at + i] != separator[i]) {
        return false;
      }
    }
    return true;
  }

  private void quoted(byte[] data, int from, int to, Bytes out) {
    out.put(options.quote());
    for (int at = from; at < to; at++) {
      byte b = data[at];
      if (b == (byte) options.quote() && options.escape() != '\0') {
        out.put(options.escape());
      } else if (b == (byte) options.escape() && escapeEscape != '\0') {
        out.put(escapeEscape);
      }
      out.put(b);
    }
    out.put(options.quote());
  }
}
