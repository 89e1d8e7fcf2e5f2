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

/** {@code rate}: so many rows a second, by the clock. */
public final class RateSourceType implements SourceType {
  private static final List<Option> OPTIONS =
      List.of(
          Option.integer("rowsPerSecond", "How many rows each second brings")
              .orElse("1")
              .atLeast(1),
          Option.duration(
                  "rampUpTime", "How long the rate grows until it is rowsPerSecond, such as 5s")
              .orElse("0s"),
          Option.integer("numPartitions", "Into how many parts a batch is cut; as many as workers")
              .atLeast(1));

  @Override
  public String name() {
    return "rate";
  }

  @Override
  public boolean supportsContinuous() {
    return true;
  }

  @Override
  public String summary() {
    return "Counts up by the clock: so many rows a second, with the time of each";
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
    return new RateSource(
        options.number("rowsPerSecond"),
        rampUpSeconds(options),
        options.findNumber("numPartitions").map(Long::intValue),
        context);
  }

  /** A bare number counts seconds here. */
  private static long rampUpSeconds(Options options) {
    String text = options.text("rampUpTime").trim();
    return text.chars().allMatch(Character::isDigit)
        ? Long.parseLong(text)
        : options.millis("rampUpTime") / 1000;
  }
}
