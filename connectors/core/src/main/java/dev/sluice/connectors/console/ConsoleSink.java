package dev.sluice.connectors.console;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints a batch when it is committed, so that a failed one shows nothing. A table holds back only
 * the rows that it will show; JSON lines hold back the whole batch. A batch that is run again after
 * a crash is printed again.
 */
final class ConsoleSink implements Sink {
  private static final String DASHES = "-".repeat(43);

  private final Schema schema;
  private final boolean json;
  private final int shown;
  private final boolean truncate;
  private final PrintStream out;
  private final ShowText texts;
  private final JsonText lines;

  ConsoleSink(Schema schema, boolean json, int shown, boolean truncate, SinkContext context) {
    this.schema = schema;
    this.json = json;
    this.shown = shown;
    this.truncate = truncate;
    this.out = context.out();
    this.texts = new ShowText(context.session().timeZone());
    this.lines = new JsonText(schema, context.session().timeZone());
  }

  @Override
  public String description() {
    return "ConsoleTable";
  }

  @Override
  public boolean hidesUntilCommit() {
    return true;
  }

  @Override
  public Write begin(long epochId) {
    return new ConsoleWrite(epochId);
  }

  private final class ConsoleWrite implements Write {
    private final long epochId;
    private final List<ConsolePart> parts = new ArrayList<>();

    ConsoleWrite(long epochId) {
      this.epochId = epochId;
    }

    @Override
    public Part part(int index) {
      ConsolePart part = new ConsolePart();
      parts.add(part);
      return part;
    }

    @Override
    public void commit() {
      if (json) {
        printLines();
      } else {
        printTable();
      }
      out.flush();
      if (out.checkError()) {
        throw new PipelineException(
            "console-closed", "standard output takes no more rows: its reader has gone");
      }
    }

    private void printLines() {
      StringBuilder text = new StringBuilder();
      for (ConsolePart part : parts) {
        for (Batch batch : part.kept) {
          lines.lines(epochId, batch, text);
          out.print(text);
          text.setLength(0);
        }
      }
    }

    private void printTable() {
      List<List<String>> rows = new ArrayList<>();
      long total = 0;
      for (ConsolePart part : parts) {
        total += part.rows;
        for (Batch batch : part.kept) {
          for (int row = 0; row < batch.rows() && rows.size() < shown; row++) {
            List<String> cells = new ArrayList<>(batch.columns().size());
            for (int c = 0; c < batch.columns().size(); c++) {
              Column column = batch.column(c);
              cells.add(texts.of(column.value(row), column.type()));
            }
            rows.add(cells);
          }
        }
      }
      out.print(DASHES + "\nBatch: " + epochId + "\n" + DASHES + "\n");
      out.print(ConsoleTable.draw(schema, rows, truncate, total > rows.size()));
      out.print('\n');
    }

    @Override
    public void close() {}
  }

  private final class ConsolePart implements Write.Part {
    private final List<Batch> kept = new ArrayList<>();
    private long rows;

    @Override
    public void write(Batch batch) {
      if (json || rows < shown) {
        kept.add(batch);
      }
      rows += batch.rows();
    }

    @Override
    public void finish() {}
  }
}
