package dev.sluice.connectors.console;

import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.codec.TimeFormats;
import dev.sluice.operators.codec.json.JsonEncoder;
import dev.sluice.operators.codec.json.JsonWriteOptions;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Rows as lines {@code {"batchId":0,"row":{...}}}, each row as Spark's JSON writer gives it. */
final class JsonText {
  private final JsonEncoder encoder;
  private final StructType type;
  private final Bytes bytes = new Bytes(256);

  JsonText(Schema schema, ZoneId zone) {
    this.type = schema.asStruct();
    TimeFormats times =
        new TimeFormats(
            Optional.of("yyyy-MM-dd"),
            Optional.of("yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]"),
            Optional.of("yyyy-MM-dd'T'HH:mm:ss[.SSS]"),
            false,
            false,
            zone,
            Locale.US);
    this.encoder = new JsonEncoder(new JsonWriteOptions(true, false, false, times));
  }

  /** Appends a line for each row of the batch. */
  void lines(long batchId, Batch batch, StringBuilder out) {
    List<FlatColumn> columns = new ArrayList<>(batch.columns().size());
    for (Column column : batch.columns()) {
      columns.add(column.flatten());
    }
    for (int row = 0; row < batch.rows(); row++) {
      bytes.clear();
      encoder.object(type, columns, row, bytes);
      out.append("{\"batchId\":").append(batchId).append(",\"row\":");
      escape(new String(bytes.data(), 0, bytes.size(), StandardCharsets.UTF_8), out);
      out.append("}\n");
    }
  }

  /** JSON escapes controls below the blank; a terminal also obeys those behind the tilde. */
  private static void escape(String json, StringBuilder out) {
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (Character.isISOControl(c)) {
        out.append("\\u00").append(Integer.toHexString(c));
      } else {
        out.append(c);
      }
    }
  }
}
