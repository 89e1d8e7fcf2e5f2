package dev.sluice.connectors.formats;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.file.FileTable;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of which no schema can be made. */
class InferenceFailuresTest {
  @TempDir Path folder;

  @Test
  void refusesColumnsThatDifferOnlyInCase() {
    fails("json", "{\"a\": 1}\n{\"A\": \"x\", \"b\": 2}\n", Map.of())
        .hasMessageContaining("the columns 'A' and 'a' cannot be told apart")
        .hasMessageContaining("declare it under 'schema:'");
    fails("json", "{\"s\": {\"b\": 1}}\n{\"s\": {\"B\": \"x\", \"c\": 1}}\n", Map.of())
        .hasMessageContaining("the columns 'B' and 'b' cannot be told apart");
  }

  @Test
  void namesTheFileWhoseRecordIsTooWide() {
    fails("csv", "1,2,3,4,5\n", Map.of("maxColumns", "3"))
        .hasMessageContaining("f.txt")
        .hasMessageContaining("more than maxColumns 3 fields");
    fails("csv", "a,b,c,d\n1,2,3\n", Map.of("maxColumns", "3", "header", "true"))
        .hasMessageContaining("more than maxColumns 3 fields");
  }

  @Test
  void namesTheFileWhoseFieldIsTooLong() {
    fails("csv", "abc,12345678\n", Map.of("maxCharsPerColumn", "6", "inferSchema", "true"))
        .hasMessageContaining("f.txt")
        .hasMessageContaining("longer than maxCharsPerColumn 6");
  }

  private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> fails(
      String format, String text, Map<String, String> options) {
    SourceType type =
        FormatComponents.source(FormatComponents.formats().find(format).orElseThrow());
    Map<String, String> given = new HashMap<>(options);
    given.put("path", folder.toString());
    LocalFileStore store = new LocalFileStore();
    SourceContext context =
        new SourceContext(
            "in",
            location -> store,
            Clock.SYSTEM,
            folder.resolveSibling("no-log").toString(),
            folder.toString(),
            1,
            false,
            Session.DEFAULT);
    try {
      Files.writeString(folder.resolve("f.txt"), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return assertThatThrownBy(
            () ->
                FileTable.open(
                    FormatComponents.formats().find(format).orElseThrow(),
                    Options.of(type.options(), given),
                    Optional.empty(),
                    context))
        .isInstanceOf(PipelineException.class);
  }
}
