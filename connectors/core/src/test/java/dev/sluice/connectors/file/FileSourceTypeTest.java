package dev.sluice.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.csv.CsvFormat;
import dev.sluice.connectors.text.TextFormat;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSourceTypeTest {
  private static final SourceType TEXT = FormatComponents.source(new TextFormat());

  private static List<String> told(boolean streaming, String... namesAndValues) {
    Map<String, String> given = new HashMap<>(Map.of("path", "in"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    Problems problems = new Problems();
    TEXT.check(Options.of(TEXT.options(), given), streaming, problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "maxFilesPerTrigger, 1",
    "maxBytesPerTrigger, 1",
    "latestFirst, true",
    "fileNameOnly, true",
    "maxFileAge, 1d",
    "cleanSource, delete",
    "sourceArchiveDir, old",
    "maxCachedFiles, 1",
    "discardCachedInputRatio, 0.5"
  })
  void warnsOfAnOptionThatATableDoesNotUse(String option, String value) {
    assertThat(told(false, option, value))
        .singleElement()
        .asString()
        .contains("warning[useless-option]: '" + option + "' says nothing of a table");
    assertThat(told(true, option, value)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"modifiedBefore", "modifiedAfter"})
  void choosesFilesOfATableByTime(String option) {
    assertThat(told(false, option, "2026-01-31T12:00:00")).isEmpty();
    assertThat(told(false, option, "yesterday, perhaps"))
        .singleElement()
        .asString()
        .contains("error[invalid-option-value]: '" + option + "' must be a time");
    assertThat(told(true, option, "2026-01-31T12:00:00"))
        .singleElement()
        .asString()
        .contains("error[refused-option]: option '" + option + "' is not allowed in file stream");
  }

  @Test
  void findsColumnsInFilesOnlyWhereTheyCanBeDeclared() {
    assertThat(TEXT.options().stream().map(Option::name)).doesNotContain("inferSchema");
    assertThat(FormatComponents.source(new CsvFormat()).options().stream().map(Option::name))
        .containsOnlyOnce("inferSchema");
  }
}
