package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.TextVariants;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.variant.VariantWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fields as values of VARIANT. As in Spark, a column never goes back to a kind before the last: in
 * a file a number below a text is a text. Rows that are texts of their own have no such memory,
 * which would make a value depend on how rows come together.
 */
final class CsvVariants {
  private final TextVariants texts;
  private final VariantWriter writer = new VariantWriter();
  private final boolean rowsApart;
  // Of each slot.
  private int[] kinds = new int[8];

  CsvVariants(CsvReadOptions options, boolean rowsApart) {
    this.texts = TextVariants.ofCsv(options.timeFormats(), options.preferDate(), options.locale());
    this.rowsApart = rowsApart;
  }

  /** A column declared VARIANT: a field that is not there is null, an empty one a null value. */
  Column column(CsvTokens tokens, int slot, byte[] data) {
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, tokens.rows);
    for (int row = 0; row < tokens.rows; row++) {
      if (tokens.length[slot][row] == CsvTokens.MISSING) {
        out.appendNull();
      } else {
        put(tokens, slot, row, data);
        writer.appendTo(out);
      }
    }
    return out.build();
  }

  /** Appends the record of a row as an object; false, and null, if two fields have one name. */
  boolean appendObject(
      CsvTokens tokens, int row, byte[] data, List<String> names, BytesBuilder out) {
    List<VariantWriter.Entry> entries = new ArrayList<>(names.size());
    for (int slot = 0; slot < names.size(); slot++) {
      if (tokens.length[slot][row] != CsvTokens.MISSING) {
        entries.add(writer.entry(names.get(slot)));
        put(tokens, slot, row, data);
      }
    }
    try {
      writer.endObject(0, entries);
    } catch (VariantWriter.DuplicateName e) {
      writer.clear();
      out.appendNull();
      return false;
    }
    writer.appendTo(out);
    return true;
  }

  private void put(CsvTokens tokens, int slot, int row, byte[] data) {
    int length = tokens.length[slot][row];
    if (length < 0) {
      writer.putNull();
      return;
    }
    if (slot >= kinds.length) {
      kinds = Arrays.copyOf(kinds, slot * 2);
    }
    int from = rowsApart ? TextVariants.FIRST : kinds[slot];
    kinds[slot] = texts.put(data, tokens.start[slot][row], length, from, writer);
  }
}
