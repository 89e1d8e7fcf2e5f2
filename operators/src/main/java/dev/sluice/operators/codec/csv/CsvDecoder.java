package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.codec.Utf8;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CSV records to columns: only the fields asked for are found, and each is read straight into its
 * typed array; texts are slices of the chunk. One decoder a reading thread.
 *
 * <p>Like Spark, columns go by position, and a record is malformed if a wanted field does not read
 * as its type, or, when all columns are wanted, if it has too few or too many fields.
 */
public final class CsvDecoder {
  private final Schema wanted;
  private final CsvReadOptions options;
  private final CsvTokenizer tokenizer;
  private final @Nullable CsvObjects objects;
  private final CsvFields fields;
  private final int[] slotOfWanted;
  private final int corrupt;
  // The column that takes whole records, or -1.
  private final int single;
  private final boolean texts;
  private Chunk chunk = new Chunk(new byte[Chunk.PADDING], 0, 0, 0);
  private int position;
  private CsvTokens tokens;

  /**
   * @param columns all columns of the file in order, with the corrupt-record column if it is one
   * @param wanted those to deliver, by name
   * @param batchRows the most rows of a batch
   */
  public CsvDecoder(Schema columns, Schema wanted, CsvReadOptions options, int batchRows) {
    this.wanted = wanted;
    this.options = options;
    this.slotOfWanted = new int[wanted.size()];
    this.corrupt = corruptIndex(wanted, options);
    this.single = options.singleVariantColumn().map(wanted.names()::indexOf).orElse(-1);
    boolean whole = options.singleVariantColumn().isPresent();
    int corruptInFile = corruptIndex(columns, options);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (i != corruptInFile && !whole) {
        names.add(columns.field(i).name());
      }
    }
    int[] slotOfColumn = new int[names.size()];
    Arrays.fill(slotOfColumn, -1);
    int slots = 0;
    boolean anyText = corrupt >= 0;
    for (int i = 0; i < wanted.size(); i++) {
      slotOfWanted[i] = -1;
      if (i == corrupt || i == single) {
        continue;
      }
      int column = names.indexOf(wanted.field(i).name());
      if (column < 0) {
        throw new IllegalArgumentException("no column '" + wanted.field(i).name() + "'");
      }
      if (slotOfColumn[column] < 0) {
        slotOfColumn[column] = slots++;
      }
      slotOfWanted[i] = slotOfColumn[column];
      DataType type = wanted.field(i).type();
      anyText |= type.physical() == DataType.Physical.BYTES && type != AtomicType.VARIANT;
    }
    this.texts = anyText;
    boolean wholeRecords = !whole && slots == names.size();
    this.tokenizer = new CsvTokenizer(options, slotOfColumn, wholeRecords);
    this.objects = whole && wanted.size() > 0 ? new CsvObjects(options, batchRows) : null;
    this.tokens = objects != null ? objects.tokens() : new CsvTokens(slots, batchRows);
    this.fields = new CsvFields(options, batchRows);
  }

  /** The index of the column that takes malformed records, or -1. */
  public static int corruptIndex(Schema schema, CsvReadOptions options) {
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      if (field.name().equals(options.corruptColumn()) && field.type() == AtomicType.STRING) {
        return i;
      }
    }
    return -1;
  }

  /** Takes each record for itself, whatever VARIANT values came before. */
  public CsvDecoder withRowsApart() {
    fields.rowsApart();
    return this;
  }

  /** For the column that takes whole records: what the header says; null where nothing stood. */
  public void header(List<@Nullable String> header) {
    if (objects != null) {
      objects.header(header);
    }
  }

  /** True if batches share the array of their chunk, so that it must not be used again. */
  public boolean keepsChunks() {
    return texts;
  }

  /** In multiLine: whether {@code \r} ends records in this file. */
  public void lineEnds(boolean carriageReturn) {
    tokenizer.lineEnds(carriageReturn);
    if (objects != null) {
      objects.lineEnds(carriageReturn);
    }
  }

  /**
   * Whether {@code \r} ends records in multiLine, judged by the first line end in the data: {@code
   * \r}, alone or before {@code \n}, yes; {@code \n} no.
   */
  public static boolean carriageReturnEnds(byte[] data, int from, int to) {
    return LineEnds.firstIsCarriageReturn(data, from, to);
  }

  /** The chunk to decode next, from its begin. */
  public void begin(Chunk next) {
    chunk = texts ? Utf8.repaired(next) : next;
    position = chunk.from();
  }

  /** True once the chunk is used up. */
  public boolean done() {
    return position >= chunk.to();
  }

  /** How many bytes of the chunk are left: with {@code more}, those of a record not complete. */
  public int left() {
    return chunk.to() - position;
  }

  /**
   * The next records of the chunk as a batch, possibly of no rows. With {@code more}, a last record
   * that is not complete stays; if nothing else is left, the batch is empty and {@link #left} tells
   * how much.
   */
  public Batch decode(boolean more) {
    fields.clear();
    if (objects != null) {
      position = objects.read(chunk, position, more);
      tokens = objects.tokens();
    } else {
      tokens.clear();
      position = tokenizer.read(chunk, position, tokens, more);
    }
    int rows = tokens.rows;
    List<Column> columns = new ArrayList<>(wanted.size());
    for (int i = 0; i < wanted.size(); i++) {
      columns.add(
          i == corrupt || i == single
              ? EMPTY
              : fields.column(wanted.field(i).type(), tokens, slotOfWanted[i], chunk));
    }
    if (objects != null) {
      // Made even if only malformed records are asked for: fields of one name are told here.
      Column whole = fields.objects(tokens, objects.names(), chunk);
      if (single >= 0) {
        columns.set(single, whole);
      }
    }
    boolean[] bad = fields.bad();
    boolean anyBad = fields.anyBad();
    for (int row = 0; row < rows; row++) {
      if (tokens.wrongWidth[row]) {
        bad[row] = true;
        anyBad = true;
      }
    }
    if (anyBad && options.mode() == ParseMode.FAILFAST) {
      fail(bad);
    }
    if (corrupt >= 0) {
      columns.set(corrupt, corruptColumn(bad, rows));
    }
    Batch batch = new Batch(wanted, columns, rows);
    return anyBad && options.mode() == ParseMode.DROPMALFORMED ? good(batch, bad) : batch;
  }

  /** Where the first record of the last batch begins in the whole, kept or not. */
  public long firstOffset() {
    return chunk.offsetOf(tokens.rows == 0 ? chunk.from() : tokens.recordStart[0]);
  }

  private static final Column EMPTY =
      new BytesColumn(AtomicType.STRING, new byte[0], new int[0], new int[0], Validity.ALL, 0);

  private void fail(boolean[] bad) {
    int row = 0;
    while (!bad[row]) {
      row++;
    }
    int from = tokens.recordStart[row];
    int length = Math.min(200, tokens.recordEnd[row] - from);
    throw new RecordException(
        "MALFORMED_RECORD_IN_PARSING",
        "malformed record '"
            + new String(chunk.data(), from, length, StandardCharsets.UTF_8)
            + "' ("
            + fields.reason(row, tokens.wrongWidth[row])
            + ") in mode FAILFAST",
        chunk.offsetOf(from));
  }

  private Column corruptColumn(boolean[] bad, int rows) {
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    boolean[] isNull = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      if (bad[row]) {
        starts[row] = tokens.recordStart[row];
        lengths[row] = tokens.recordEnd[row] - tokens.recordStart[row];
      } else {
        isNull[row] = true;
      }
    }
    return new BytesColumn(
        AtomicType.STRING, chunk.data(), starts, lengths, Validity.ofNulls(isNull, rows), rows);
  }

  private static Batch good(Batch batch, boolean[] bad) {
    int[] rows = new int[batch.rows()];
    int count = 0;
    for (int row = 0; row < batch.rows(); row++) {
      if (!bad[row]) {
        rows[count++] = row;
      }
    }
    return batch.select(rows, count);
  }
}
