package dev.sluice.runner.cli;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.expression.ValueText;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of names, then one a row, quoted by RFC 4180 where needed. NULL is an empty field, an
 * empty text two quotes; other values are what CAST AS STRING gives.
 */
final class CsvWriter implements ResultWriter {
  private final Schema schema;
  private final List<ValueText> texts = new ArrayList<>();
  private final StringBuilder field = new StringBuilder();

  CsvWriter(Schema schema) {
    this.schema = schema;
    for (Field each : schema.fields()) {
      texts.add(ValueText.of(each.type(), Session.DEFAULT));
    }
  }

  @Override
  public void begin(StringBuilder out) {
    for (int i = 0; i < schema.size(); i++) {
      field.setLength(0);
      field.append(schema.field(i).name());
      put(i, out);
    }
    out.append('\n');
  }

  @Override
  public void rows(Batch batch, StringBuilder out) {
    List<FlatColumn> columns = batch.columns().stream().map(Column::flatten).toList();
    for (int row = 0; row < batch.rows(); row++) {
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).isNull(row)) {
          out.append(i == 0 ? "" : ",");
        } else {
          field.setLength(0);
          texts.get(i).append(columns.get(i), row, field);
          put(i, out);
        }
      }
      out.append('\n');
    }
  }

  private void put(int column, StringBuilder out) {
    out.append(column == 0 ? "" : ",");
    boolean quoted = field.isEmpty();
    for (int i = 0; i < field.length() && !quoted; i++) {
      char c = field.charAt(i);
      quoted = c == ',' || c == '"' || c == '\n' || c == '\r';
    }
    if (!quoted) {
      out.append(field);
      return;
    }
    out.append('"');
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      out.append(c == '"' ? "\"\"" : String.valueOf(c));
    }
    out.append('"');
  }
}
