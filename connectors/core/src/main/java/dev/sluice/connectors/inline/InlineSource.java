package dev.sluice.connectors.inline;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.json.Json;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Listed batches, one for each micro-batch, in order; more may be appended later, none taken away.
 * An offset is {@code {"batch":3}}: three batches are done.
 */
public final class InlineSource implements Source, SupportsAvailableNow {
  private final Schema schema;
  private final List<Batch> batches;
  private long left;

  private InlineSource(Schema schema, List<Batch> batches) {
    this.schema = schema;
    this.batches = batches;
  }

  /**
   * From rows by column name, values as {@code Json.parse} gives them (times and dates as text,
   * binary as hexadecimal text). Throws {@link IllegalArgumentException} naming batch, row and
   * column of a value that does not fit.
   */
  public static InlineSource of(
      Schema schema, List<? extends List<? extends Map<String, ?>>> batches, ZoneId zone) {
    return read(schema, batches, zone);
  }

  /** From columns as they are. */
  public static InlineSource of(Schema schema, List<Batch> batches) {
    return new InlineSource(schema, List.copyOf(batches));
  }

  /** From JSON text: a list of batches, each a list of rows, each {@code {"column": value}}. */
  static InlineSource parse(Schema schema, String json, ZoneId zone) {
    if (!(Json.parse(json) instanceof List<?> list)) {
      throw new IllegalArgumentException("a list of batches is expected");
    }
    return read(schema, list, zone);
  }

  private static InlineSource read(Schema schema, List<?> list, ZoneId zone) {
    InlineValues values = new InlineValues(zone);
    List<Batch> batches = new ArrayList<>(list.size());
    InlineValues.Mistakes mistakes = new InlineValues.Mistakes();
    for (int i = 0; i < list.size(); i++) {
      if (!(list.get(i) instanceof List<?> rows)) {
        mistakes.add("batch " + (i + 1) + " is no list of rows; batches are lists in a list");
        continue;
      }
      try {
        batches.add(values.batch(schema, rows));
      } catch (InlineValues.Mistakes e) {
        mistakes.addAll("batch " + (i + 1) + ", ", e);
      }
    }
    mistakes.throwIfAny();
    return new InlineSource(schema, batches);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public String description() {
    return "InlineSource[" + batches.size() + " batches]";
  }

  @Override
  public Offset initialOffset() {
    return Offset.NONE;
  }

  /** Nothing ever comes in by itself. */
  @Override
  public void prepareForAvailableNow() {}

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    long done = number(from);
    long next = limit == ReadLimit.ALL ? batches.size() : Math.min(done + 1, batches.size());
    left = Math.max(0, batches.size() - Math.max(done, next));
    return next <= done ? from : new Offset("{\"batch\":" + next + "}");
  }

  @Override
  public Optional<Backlog> backlog() {
    return Optional.of(new Backlog(left, "batches"));
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    long start = number(from);
    long end = number(to);
    if (end > batches.size()) {
      throw new PipelineException(
          "offset-invalid",
          "the checkpoint has seen "
              + end
              + " batches of an inline source that lists "
              + batches.size()
              + "; list them all, or start with a new checkpointLocation");
    }
    List<Split> splits = new ArrayList<>();
    for (long i = start; i < end; i++) {
      Batch batch = batches.get((int) i);
      splits.add(request -> new Reader(project(batch, request)));
    }
    return splits;
  }

  private static long number(Offset offset) {
    if (offset.isNone()) {
      return 0;
    }
    try {
      if (Json.parseObject(offset.json()).get("batch") instanceof Long number && number >= 0) {
        return number;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new PipelineException(
        "offset-invalid",
        "'" + offset.json() + "' is no offset of an inline source; {\"batch\":N} is expected");
  }

  private static List<Batch> project(Batch batch, ScanRequest request) {
    List<Column> columns = new ArrayList<>(request.schema().size());
    for (Field field : request.schema().fields()) {
      columns.add(batch.column(batch.schema().names().indexOf(field.name())));
    }
    Batch whole = new Batch(request.schema(), columns, batch.rows());
    List<Batch> pieces = new ArrayList<>();
    for (int from = 0; from < whole.rows(); from += request.batchRows()) {
      pieces.add(whole.slice(from, Math.min(whole.rows(), from + request.batchRows())));
    }
    return pieces;
  }

  private static final class Reader implements BatchReader {
    private final Iterator<Batch> pieces;

    Reader(List<Batch> pieces) {
      this.pieces = pieces.iterator();
    }

    @Override
    public @Nullable Batch next() {
      return pieces.hasNext() ? pieces.next() : null;
    }
  }
}
