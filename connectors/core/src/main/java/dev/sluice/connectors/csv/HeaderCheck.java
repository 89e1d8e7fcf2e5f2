package dev.sluice.connectors.csv;

import dev.sluice.operators.codec.csv.CsvDecoder;
import dev.sluice.operators.codec.csv.CsvReadOptions;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Whether a header names the schema's columns, in order: refused with {@code enforceSchema: false},
 * else told once a source, as Spark warns of it.
 */
final class HeaderCheck {
  private final String location;
  private final List<String> names = new ArrayList<>();
  // False where whole records are one column: the header names its fields.
  private final boolean ofColumns;
  private final boolean refuses;
  private final AtomicBoolean told;

  /** {@code told} is shared by all files of a source. */
  HeaderCheck(String location, Schema columns, CsvReadOptions options, AtomicBoolean told) {
    this.location = location;
    this.ofColumns = options.singleVariantColumn().isEmpty();
    this.refuses = !options.enforceSchema();
    this.told = told;
    int corrupt = CsvDecoder.corruptIndex(columns, options);
    for (int i = 0; i < columns.size(); i++) {
      if (i != corrupt) {
        names.add(columns.field(i).name());
      }
    }
  }

  void check(List<@Nullable String> header) {
    if (!ofColumns || (!refuses && told.get())) {
      return;
    }
    boolean same = header.size() == names.size();
    for (int i = 0; same && i < names.size(); i++) {
      same = names.get(i).equalsIgnoreCase(header.get(i));
    }
    if (same) {
      return;
    }
    String fact =
        location
            + ":1: the header "
            + String.join(", ", header.stream().map(String::valueOf).toList())
            + " is not the schema's "
            + String.join(", ", names);
    if (refuses) {
      throw new PipelineException(
          "csv-header-mismatch", fact + "; enforceSchema: true reads by position");
    }
    if (told.compareAndSet(false, true)) {
      LoggerFactory.getLogger(HeaderCheck.class)
          .warn(
              "csv-header-mismatch: {}; columns are read by position: put the schema in the"
                  + " header's order, or refuse such files with enforceSchema: false",
              fact);
    }
  }
}
