package dev.sluice.runner.cli;

import dev.sluice.connectors.console.ConsoleTable;
import dev.sluice.connectors.console.ShowText;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame as Spark's {@code show(truncate = false)} draws it. It is as wide as the longest values,
 * of a long result those of its first part: then rows go out as they come.
 */
final class TableWriter implements ResultWriter {
  private static final int FIRST_PART = 20_000;

  private final Schema schema;
  private final ShowText texts = new ShowText(Session.DEFAULT.timeZone());
  private final List<List<String>> lines = new ArrayList<>();
  private @Nullable ConsoleTable table;

  TableWriter(Schema schema) {
    this.schema = schema;
    lines.add(schema.names().stream().map(ConsoleTable::escape).toList());
  }

  @Override
  public void rows(Batch batch, StringBuilder out) {
    for (int row = 0; row < batch.rows(); row++) {
      List<String> cells = new ArrayList<>(batch.columns().size());
      for (Column column : batch.columns()) {
        cells.add(ConsoleTable.escape(texts.of(column.value(row), column.type())));
      }
      if (table != null) {
        table.line(cells, out);
      } else {
        lines.add(cells);
      }
    }
    if (table == null && lines.size() > FIRST_PART) {
      draw(out);
    }
  }

  private ConsoleTable draw(StringBuilder out) {
    ConsoleTable frame = ConsoleTable.fitting(schema.size(), lines);
    out.append(frame.rule());
    frame.line(lines.get(0), out);
    out.append(frame.rule());
    for (List<String> cells : lines.subList(1, lines.size())) {
      frame.line(cells, out);
    }
    lines.clear();
    table = frame;
    return frame;
  }

  @Override
  public void end(StringBuilder out) {
    ConsoleTable frame = table == null ? draw(out) : table;
    out.append(frame.rule());
  }
}
