package dev.sluice.connectors.rate;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.List;
import java.util.Optional;

/** {@code rate-micro-batch}: so many rows a batch, whatever the clock says. */
public final class RateMicroBatchSourceType implements SourceType {
  private static final List<Option> OPTIONS =
      List.of(
          Option.integer("rowsPerBatch", "How many rows each batch brings").mandatory().atLeast(1),
          Option.integer("numPartitions", "Into how many parts a batch is cut; as many as workers")
              .atLeast(1),
          Option.integer(
                  "startTimestamp", "The time of the first batch, in milliseconds since 1970")
              .orElse("0")
              .atLeast(0),
          Option.integer(
                  "advanceMillisPerBatch",
                  "By how much the time of each batch is later than the last")
              .orElse("1000")
              .atLeast(0));

  @Override
  public String name() {
    return "rate-micro-batch";
  }

  @Override
  public String summary() {
    return "Counts up by the batch: the same rows in each run, whatever the clock says";
  }

  @Override
  public List<Option> options() {
    return OPTIONS;
  }

  @Override
  public SchemaRule schemaRule() {
    return SchemaRule.REFUSED;
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    return Optional.of(RateSplit.SCHEMA);
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    return new RateMicroBatchSource(
        options.number("rowsPerBatch"),
        options.findNumber("numPartitions").map(Long::intValue).orElse(context.parallelism()),
        options.number("startTimestamp"),
        options.number("advanceMillisPerBatch"));
  }
}
