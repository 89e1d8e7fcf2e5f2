package dev.sluice.connectors.csv;

import dev.sluice.operators.codec.csv.CsvDecoder;
import dev.sluice.operators.codec.csv.CsvReadOptions;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** With {@code enforceSchema: false}, whether a header names the schema's columns, in order. */
final class HeaderCheck {
  private final String location;
  private final List<String> names = new ArrayList<>();
  private final boolean checks;

  HeaderCheck(String location, Schema columns, CsvReadOptions options) {
    this.location = location;
    this.checks = !options.enforceSchema();
    int corrupt = CsvDecoder.corruptIndex(columns, options);
    for (int i = 0; i < columns.size(); i++) {
      if (i != corrupt) {
        names.add(columns.field(i).name());
      }
    }
  }

  void check(List<@Nullable String> header) {
    if (!checks) {
      return;
    }
    boolean same = header.size() == names.size();
    for (int i = 0; same && i < names.size(); i++) {
      same = names.get(i).equalsIgnoreCase(header.get(i));
    }
    if (!same) {
      throw new PipelineException(
          "csv-header-mismatch",
          location
              + ":1: the header "
              + String.join(", ", header.stream().map(String::valueOf).toList())
              + " is not the schema's "
              + String.join(", ", names)
              + "; enforceSchema: true reads by position");
    }
  }
}
