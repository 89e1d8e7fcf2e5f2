package dev.sluice.connectors.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every source must do that is read as a table ({@code static: true}). Each test has a fresh
 * instance: it must begin with a table that is there and has no rows.
 */
@Timeout(300)
public abstract class TableContract {
  @TempDir protected Path folder;

  private final List<Source> opened = new ArrayList<>();

  /** The kind of source under test. */
  protected abstract SourceType type();

  /** What a pipeline would say. */
  protected abstract Map<String, String> options();

  /** The columns declared, if the source is to be given any. */
  protected Optional<Schema> declared() {
    return Optional.empty();
  }

  /** Adds rows, at least two, none like an earlier one; returns how many. */
  protected abstract int produce() throws Exception;

  private Source open(int parallelism) {
    LocalFileStore files = new LocalFileStore();
    Source source =
        type()
            .open(
                Options.of(type().options(), options()),
                declared(),
                new SourceContext(
                    "table",
                    location -> files,
                    Clock.SYSTEM,
                    folder.resolve("none").toString(),
                    folder.toString(),
                    parallelism,
                    false,
                    Session.DEFAULT));
    opened.add(source);
    return source;
  }

  /** Sources are closed in the order of their opening, most of them for the second time. */
  @AfterEach
  final void closeSources() {
    opened.forEach(Source::close);
  }

  private static List<String> read(Source source, Schema wanted, int batchRows) {
    ScanRequest request = new ScanRequest(wanted, List.of(), batchRows);
    return source.snapshot().stream()
        .map(split -> Rows.read(split, request))
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void aTableWithoutRowsHasNone() {
    Source source = open(2);
    assertThat(read(source, source.schema(), 10)).isEmpty();
    source.close();
    source.close();
  }

  @Test
  void allRowsComeOnceHoweverTheyAreCut() throws Exception {
    int rows = produce() + produce();
    List<String> expected = List.of();
    for (int parallelism : new int[] {1, 2, 5}) {
      Source source = open(parallelism);
      for (int batchRows : new int[] {1, 3, 4096}) {
        List<String> found = Rows.sorted(read(source, source.schema(), batchRows));
        assertThat(found).hasSize(rows).doesNotHaveDuplicates();
        assertThat(expected.isEmpty() ? found : expected).isEqualTo(found);
        expected = found;
      }
    }
  }

  @Test
  void columnsComeAsTheyAreAskedFor() throws Exception {
    int rows = produce();
    Source source = open(2);
    List<Field> fields = new ArrayList<>(source.schema().fields());
    Collections.reverse(fields);
    assertThat(read(source, new Schema(fields), 2)).hasSize(rows);
    for (Field field : fields) {
      assertThat(read(source, Schema.of(field), 2)).hasSize(rows);
    }
    assertThat(read(source, Schema.EMPTY, 2)).as("counted without columns").hasSize(rows);
  }

  @Test
  void whatComesLaterIsInTheNextSnapshot() throws Exception {
    Source source = open(2);
    int rows = produce();
    assertThat(read(source, source.schema(), 10)).hasSize(rows);
    rows += produce();
    assertThat(read(source, source.schema(), 10)).hasSize(rows);
  }
}
