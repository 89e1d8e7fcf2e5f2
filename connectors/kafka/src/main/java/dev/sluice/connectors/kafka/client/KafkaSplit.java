package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.kafka.RecordSchema;
import dev.sluice.connectors.message.MessageRows;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A range of one partition. */
final class KafkaSplit implements Split {
  private final OffsetRange range;
  private final RecordFactory records;

  /** What readers of all ranges share. */
  interface RecordFactory {
    BatchReader open(OffsetRange range, ScanRequest request);
  }

  KafkaSplit(OffsetRange range, RecordFactory records) {
    this.range = range;
    this.records = records;
  }

  @Override
  public BatchReader open(ScanRequest request) {
    return records.open(range, request);
  }

  /** Offsets may be left out, never given twice. */
  @Override
  public long mostRows() {
    return range.until() - range.from();
  }

  /** Reads again, with the offsets. */
  @Override
  public Optional<String> place(ScanRequest request, long row) throws IOException {
    List<Field> fields = new ArrayList<>(request.schema().fields());
    fields.removeIf(field -> field.name().equals(MessageRows.METADATA));
    fields.add(RecordSchema.HIDDEN.field(0));
    ScanRequest located =
        new ScanRequest(new Schema(fields), request.filters(), request.batchRows());
    long before = 0;
    try (BatchReader reader = open(located)) {
      for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
        if (row < before + batch.rows()) {
          StructColumn metadata = (StructColumn) batch.column(fields.size() - 1).flatten();
          int offset = RecordSchema.METADATA_TYPE.fields().indexOf(field("offset"));
          return Optional.of(
              range.partition() + " offset " + metadata.child(offset).value((int) (row - before)));
        }
        before += batch.rows();
      }
    }
    return Optional.empty();
  }

  private static Field field(String name) {
    return RecordSchema.METADATA_TYPE.fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
