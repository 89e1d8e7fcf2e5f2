package dev.sluice.connectors.inline;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.json.Json;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** {@code inline}: the pipeline lists the rows itself, batch by batch. */
public final class InlineSourceType implements SourceType {
  private static final String BATCHES = "batches";

  // Not a required option: those tell a place that must stay, but batches may be appended.
  private static final List<Option> OPTIONS =
      List.of(
          Option.list(
                  BATCHES,
                  "The rows of each batch: [[{column: value}, ...], ...]; dates and times as text,"
                      + " binary as hexadecimal text")
              .orElse("[]"));

  @Override
  public String name() {
    return "inline";
  }

  @Override
  public String summary() {
    return "Rows listed in the pipeline, batch by batch: for trials and tests";
  }

  @Override
  public List<Option> options() {
    return OPTIONS;
  }

  @Override
  public SchemaRule schemaRule() {
    return SchemaRule.NEEDED;
  }

  @Override
  public void check(Options options, Problems problems) {
    try {
      if (!(Json.parse(options.text(BATCHES)) instanceof List<?>)) {
        problems.error(
            "invalid-option-value",
            options.at(BATCHES),
            "'batches' is not a list",
            "write it as [[{\"column\": value}]]");
      }
    } catch (IllegalArgumentException e) {
      problems.error(
          "invalid-option-value", options.at(BATCHES), "'batches' is " + e.getMessage(), null);
    }
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    if (declared.isEmpty()) {
      problems.error(
          "missing-schema", options.at(), "an 'inline' source needs a schema", "add 'schema:'");
      return declared;
    }
    if (!problems.hasErrors()) {
      try {
        InlineSource.parse(declared.get(), options.text(BATCHES), ZoneOffset.UTC);
      } catch (InlineValues.Mistakes e) {
        e.all()
            .forEach(one -> problems.error("invalid-option-value", options.at(BATCHES), one, null));
      } catch (IllegalArgumentException e) {
        problems.error(
            "invalid-option-value", options.at(BATCHES), String.valueOf(e.getMessage()), null);
      }
    }
    return declared;
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    try {
      return InlineSource.parse(
          declared.orElse(Schema.EMPTY), options.text(BATCHES), context.session().timeZone());
    } catch (IllegalArgumentException e) {
      throw new PipelineException(
          "invalid-option-value", "inline source '" + context.name() + "': " + e.getMessage(), e);
    }
  }
}
