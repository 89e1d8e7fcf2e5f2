package dev.sluice.connectors.receiver;

import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What all sources that receive can be told. Made when a pipeline names one, and not before. */
public final class ReceiverOptions {
  public static final String MOST_RECORDS = "maxRecordsPerTrigger";

  static final String SETTLE = "settle";

  private final ValueFormats formats = ValueFormats.load();

  /** A connector's own options, and those that all have. */
  public List<Option> with(List<Option> own) {
    List<Option> all = new ArrayList<>(own);
    all.add(Option.integer(MOST_RECORDS, "At most so many records in a batch").atLeast(1));
    all.add(settle());
    all.add(formats.option("How a value is written; without it there are the raw columns"));
    all.addAll(formats.readOptions());
    return List.copyOf(all);
  }

  /** When {@code availableNow} has come to its end. */
  public static Option settle() {
    return Option.duration(
            SETTLE, "With availableNow: how long nothing may have come before the end is drawn")
        .orElse("1s");
  }

  public void check(Options options, Problems problems) {
    formats.checkReading(options, problems);
  }

  /** The columns that a pipeline sees. */
  public Optional<Schema> schema(
      RecordShape shape, Options options, Optional<Schema> declared, Problems problems) {
    return formats.columns("this source", options, declared, shape.raw(), problems);
  }
}
