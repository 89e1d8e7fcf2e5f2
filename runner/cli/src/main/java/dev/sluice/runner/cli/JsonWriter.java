package dev.sluice.runner.cli;

import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.codec.TimeFormats;
import dev.sluice.operators.codec.json.JsonEncoder;
import dev.sluice.operators.codec.json.JsonWriteOptions;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.Session;
import dev.sluice.runner.sql.JsonValues;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One JSON object a row, as Spark's {@code toJSON}; a second column of a name is {@code name#2}.
 */
final class JsonWriter implements ResultWriter {
  private final JsonEncoder encoder;
  private final StructType type;
  private final Bytes bytes = new Bytes(4096);

  JsonWriter(Schema schema) {
    Map<String, Field> fields = new LinkedHashMap<>();
    for (Field field : schema.fields()) {
      String name = JsonValues.unused(field.name(), fields);
      fields.put(name, field.withName(name));
    }
    this.type = new StructType(List.copyOf(fields.values()));
    TimeFormats times =
        new TimeFormats(
            Optional.of("yyyy-MM-dd"),
            Optional.of("yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]"),
            Optional.of("yyyy-MM-dd'T'HH:mm:ss[.SSS]"),
            false,
            false,
            Session.DEFAULT.timeZone(),
            Locale.US);
    this.encoder = new JsonEncoder(new JsonWriteOptions(true, false, false, times));
  }

  @Override
  public void rows(Batch batch, StringBuilder out) {
    List<FlatColumn> columns = new ArrayList<>(batch.columns().size());
    for (Column column : batch.columns()) {
      columns.add(column.flatten());
    }
    bytes.clear();
    for (int row = 0; row < batch.rows(); row++) {
      encoder.object(type, columns, row, bytes);
      bytes.put('\n');
    }
    out.append(new String(bytes.data(), 0, bytes.size(), StandardCharsets.UTF_8));
  }
}
