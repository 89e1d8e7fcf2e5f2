package dev.sluice.connectors.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.Write;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every sink must do. A sink's test extends this, says what a reader outside sees, and is
 * honest about what the sink cannot do. Each test has a fresh instance: it must begin with a place
 * outside that is empty.
 */
@Timeout(300)
public abstract class SinkContract {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("id", AtomicType.BIGINT),
          new Field("name", AtomicType.STRING),
          new Field("amount", AtomicType.DOUBLE));

  /** Relative paths start here. */
  @TempDir protected Path folder;

  /** What the sink prints to the process's standard output. */
  protected final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private final List<Sink> opened = new ArrayList<>();

  /** The kind of sink under test. */
  protected abstract SinkType type();

  /** What a pipeline would say. */
  protected abstract Map<String, String> options();

  /** The same for a pipeline in this mode. */
  protected Map<String, String> options(OutputMode mode) {
    return options();
  }

  /**
   * What a reader outside sees now, rows of this schema in the form of {@link Rows#text}, in any
   * order.
   */
  protected abstract List<String> visible(Schema schema) throws Exception;

  /** Waits until what was committed is seen outside, where that takes a while; no batch is open. */
  protected void settle() throws Exception {}

  /** The columns that most tests write; {@code id}, {@code name}, {@code amount} by default. */
  protected Schema schema() {
    return SCHEMA;
  }

  /** False if a batch that is given again comes again: at least once. */
  protected boolean exactlyOnce() {
    return true;
  }

  /** False if only the running sink knows what it has: a new one may take a batch again. */
  protected boolean exactlyOnceOverRuns() {
    return exactlyOnce();
  }

  /** False if rows are given on at once, so that those of an aborted batch were seen. */
  protected boolean hidesUntilCommit() {
    return true;
  }

  /** False if nobody ever sees what it takes: the suite then asks that it takes everything. */
  protected boolean showsRows() {
    return true;
  }

  /** True if the result of a batch in complete mode stands in the place of the one before. */
  protected boolean completeReplaces() {
    return false;
  }

  /** False if {@link #visible} cannot give every type back as it was. */
  protected boolean readsBackTypes() {
    return true;
  }

  /** The name of the query; one that no other test has, for sinks that keep something by it. */
  protected String queryName() {
    return "contract";
  }

  /** Where files are: on this machine unless told otherwise. */
  protected FileStores stores() {
    LocalFileStore files = new LocalFileStore();
    return location -> files;
  }

  /** Opens a sink as the engine does; it is closed after the test. */
  protected final Sink open(Schema schema, OutputMode mode, boolean recovered) {
    Sink sink =
        type()
            .open(
                schema,
                List.of(),
                mode,
                Options.of(type().options(), options(mode)),
                SinkContexts.of(queryName(), stores())
                    .queryId("id-of-" + queryName())
                    .out(new PrintStream(printed, true, StandardCharsets.UTF_8))
                    .baseDirectory(folder.toString())
                    .recovered(recovered)
                    .build());
    opened.add(sink);
    return sink;
  }

  private Sink open() {
    return open(schema(), mode(), false);
  }

  /** The mode that most tests write in. */
  protected OutputMode mode() {
    return OutputMode.APPEND;
  }

  /** Sinks are closed in the order of their opening, most of them for the second time. */
  @AfterEach
  final void closeSinks() {
    opened.forEach(Sink::close);
  }

  private Batch rows(int first, int count) {
    return Rows.numbered(schema(), first, count);
  }

  private List<String> texts(int first, int count) {
    return Rows.texts(rows(first, count));
  }

  private static void commit(Sink sink, long epoch, Batch... parts) {
    try (Write write = sink.begin(epoch)) {
      fill(write, parts);
      write.commit();
    }
  }

  private static void fill(Write write, Batch... parts) {
    List<Write.Part> open = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      open.add(write.part(i));
    }
    for (int i = 0; i < parts.length; i++) {
      open.get(i).write(parts[i]);
    }
    open.forEach(Write.Part::finish);
  }

  private void assertVisible(List<String> expected) throws Exception {
    settle();
    assertSeenNow(expected);
  }

  private void assertSeenNow(List<String> expected) throws Exception {
    assertThat(Rows.sorted(visible(schema())))
        .isEqualTo(showsRows() ? Rows.sorted(expected) : List.of());
  }

  @Test
  void allRowsOfAllWorkersAreThere() throws Exception {
    Sink sink = open();
    commit(sink, 0, rows(0, 50), rows(50, 1), rows(51, 0), rows(51, 49));
    assertVisible(texts(0, 100));
    commit(sink, 1, rows(100, 10));
    assertVisible(texts(0, 110));
    assertThat(sink.description()).isNotBlank().doesNotContain("\n");
  }

  @Test
  void aWorkerMayWriteManyBatchesOfAnyShape() throws Exception {
    Sink sink = open();
    try (Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(rows(0, 3));
      part.write(rows(0, 0));
      part.write(rows(0, 10).select(new int[] {7, 4}, 2));
      List<Column> constants = new ArrayList<>();
      for (Column column : rows(20, 1).columns()) {
        constants.add(ConstantColumn.of(column.type(), column.value(0), 2));
      }
      part.write(new Batch(schema(), constants, 2));
      part.finish();
      write.commit();
    }
    List<String> expected = new ArrayList<>(texts(0, 3));
    expected.addAll(texts(7, 1));
    expected.addAll(texts(4, 1));
    expected.addAll(texts(20, 1));
    expected.addAll(texts(20, 1));
    assertVisible(expected);
  }

  @Test
  void workersWriteSideBySide() throws Exception {
    Sink sink = open();
    int workers = 4;
    int each = 200;
    try (Write write = sink.begin(0)) {
      List<Write.Part> parts = IntStream.range(0, workers).mapToObj(write::part).toList();
      IntStream.range(0, workers)
          .parallel()
          .forEach(
              worker -> {
                for (int i = 0; i < each; i += 50) {
                  parts.get(worker).write(rows(worker * each + i, 50));
                }
              });
      parts.forEach(Write.Part::finish);
      write.commit();
    }
    assertVisible(texts(0, workers * each));
  }

  /** The loop goes by what the sink says. */
  @Test
  void doesNotPromiseToHideWhatItGivesOnAtOnce() throws Exception {
    assertThat(open().hidesUntilCommit() && !hidesUntilCommit()).isFalse();
  }

  @Test
  void nothingIsSeenBeforeTheCommit() throws Exception {
    assumeThat(hidesUntilCommit()).isTrue();
    Sink sink = open();
    commit(sink, 0, rows(0, 3));
    settle();
    try (Write write = sink.begin(1)) {
      fill(write, rows(3, 100), rows(103, 1));
      assertSeenNow(texts(0, 3));
      write.commit();
    }
    assertVisible(texts(0, 104));
  }

  @Test
  void anAbortedBatchLeavesNothing() throws Exception {
    assumeThat(hidesUntilCommit()).isTrue();
    Sink sink = open();
    try (Write begun = sink.begin(0)) {
      begun.part(0);
    }
    try (Write written = sink.begin(0)) {
      // In the middle: the part is never finished.
      written.part(0).write(rows(1000, 20));
    }
    try (Write finished = sink.begin(0)) {
      fill(finished, rows(2000, 20), rows(2020, 5));
    }
    assertVisible(List.of());
    commit(sink, 0, rows(0, 3));
    assertVisible(texts(0, 3));
  }

  @Test
  void aBatchThatIsGivenAgainChangesNothing() throws Exception {
    assumeThat(exactlyOnce()).isTrue();
    Sink sink = open();
    commit(sink, 0, rows(0, 5));
    commit(sink, 0, rows(0, 5));
    commit(sink, 1, rows(5, 2));
    commit(sink, 1, rows(5, 1), rows(6, 1));
    assertVisible(texts(0, 7));
  }

  @Test
  void aBatchThatALaterRunGivesAgainChangesNothing() throws Exception {
    assumeThat(exactlyOnceOverRuns()).isTrue();
    Sink first = open();
    commit(first, 0, rows(0, 5));
    commit(first, 1, rows(5, 2));
    first.close();
    Sink second = open(schema(), mode(), true);
    commit(second, 1, rows(5, 2));
    commit(second, 2, rows(7, 1));
    assertVisible(texts(0, 8));
  }

  @Test
  void aReplayedBatchComesAgainWhole() throws Exception {
    assumeThat(exactlyOnce()).isFalse();
    Sink sink = open();
    commit(sink, 0, rows(0, 5));
    commit(sink, 0, rows(0, 5));
    List<String> expected = new ArrayList<>(texts(0, 5));
    expected.addAll(texts(0, 5));
    assertVisible(expected);
  }

  @Test
  void aBatchWithoutRowsIsABatch() throws Exception {
    Sink sink = open();
    commit(sink, 0);
    commit(sink, 1, rows(0, 0));
    commit(sink, 2, rows(0, 2));
    commit(sink, 3, rows(2, 0), rows(2, 0));
    commit(sink, 3, rows(2, 0));
    commit(sink, 4, rows(2, 1));
    assertVisible(texts(0, 3));
  }

  @Test
  void itKnowsItsNewestBatchIfItSaysSo() {
    Sink sink = open();
    assertThat(sink.lastEpoch()).as("new").isEqualTo(-1);
    commit(sink, 0, rows(0, 1));
    commit(sink, 1, rows(1, 0));
    commit(sink, 2, rows(1, 1));
    try (Write aborted = sink.begin(3)) {
      aborted.part(0).write(rows(2, 1));
    }
    sink.close();
    assumeThat(exactlyOnceOverRuns()).isTrue();
    Sink again = open(schema(), mode(), true);
    if (again.remembers()) {
      assertThat(again.lastEpoch()).isEqualTo(2);
    } else {
      assertThat(again.lastEpoch()).isIn(-1L, 2L);
    }
  }

  @Test
  void appendedRowsCanBeWritten() throws Exception {
    assertCanBeWritten(OutputMode.APPEND);
  }

  @Test
  void updatedRowsCanBeWritten() throws Exception {
    assertCanBeWritten(OutputMode.UPDATE);
  }

  @Test
  void completeResultsCanBeWritten() throws Exception {
    assertCanBeWritten(OutputMode.COMPLETE);
  }

  /** Two batches, if its type tells this mode: one that says no is not opened in it. */
  private void assertCanBeWritten(OutputMode mode) throws Exception {
    assertThat(type().outputModes()).contains(mode());
    assumeThat(type().outputModes()).contains(mode);
    Problems problems = new Problems();
    Options options = Options.of(type().options(), options(mode));
    type().check(options, problems);
    type().check(mode, options, problems);
    type().check(schema(), List.of(), options, problems);
    assertThat(problems.all()).isEmpty();
    Sink sink = open(schema(), mode, false);
    commit(sink, 0, rows(0, 3));
    commit(sink, 1, rows(3, 2));
    boolean replaces = mode == OutputMode.COMPLETE && completeReplaces();
    assertVisible(replaces ? texts(3, 2) : texts(0, 5));
  }

  @Test
  void aCompleteResultStandsInThePlaceOfTheOneBefore() throws Exception {
    assumeThat(completeReplaces()).isTrue();
    Sink sink = open(schema(), OutputMode.COMPLETE, false);
    commit(sink, 0, rows(0, 5));
    commit(sink, 1, rows(2, 2));
    assertVisible(texts(2, 2));
    try (Write aborted = sink.begin(2)) {
      fill(aborted, rows(7, 1));
    }
    assertVisible(texts(2, 2));
    commit(sink, 2, rows(0, 0));
    assertVisible(List.of());
  }

  @Test
  void valuesOfEveryTypeComeBack() throws Exception {
    assumeThat(readsBackTypes()).isTrue();
    List<Field> fields = new ArrayList<>();
    List<List<@Nullable Object>> columns = new ArrayList<>();
    int rows = 0;
    for (Map.Entry<DataType, List<@Nullable Object>> type : values().entrySet()) {
      Field field = new Field("c" + fields.size(), type.getKey());
      Problems problems = new Problems();
      Options options = Options.of(type().options(), options());
      type().check(Schema.of(field), List.of(), options, problems);
      if (!problems.hasErrors() && isReadBack(type.getKey())) {
        fields.add(field);
        columns.add(type.getValue());
        rows = Math.max(rows, type.getValue().size());
      }
    }
    Schema schema = new Schema(fields);
    List<List<@Nullable Object>> all = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      List<@Nullable Object> values = new ArrayList<>();
      for (List<@Nullable Object> column : columns) {
        values.add(column.get(row % column.size()));
      }
      all.add(values);
    }
    assertThat(fields).hasSizeGreaterThan(3);
    Batch batch = Rows.batch(schema, all);
    commit(open(schema, mode(), false), 0, batch);
    settle();

    assertThat(Rows.sorted(visible(schema))).isEqualTo(Rows.sorted(Rows.texts(batch)));
  }

  /** False for a type that the sink takes and {@link #visible} cannot give back as it was. */
  protected boolean isReadBack(DataType type) {
    return true;
  }

  /** Some values of each type, ends of ranges and null among them. */
  private static Map<DataType, List<@Nullable Object>> values() {
    Map<DataType, List<@Nullable Object>> values = new LinkedHashMap<>();
    values.put(AtomicType.BOOLEAN, Arrays.asList(true, null, false));
    values.put(AtomicType.TINYINT, Arrays.asList(-128, null, 127));
    values.put(AtomicType.SMALLINT, Arrays.asList(-32768, null, 32767));
    values.put(AtomicType.INT, Arrays.asList(Integer.MIN_VALUE, null, Integer.MAX_VALUE));
    values.put(AtomicType.BIGINT, Arrays.asList(Long.MIN_VALUE, null, Long.MAX_VALUE));
    values.put(AtomicType.FLOAT, Arrays.asList(0.1f, null, -3.4e38f));
    values.put(AtomicType.DOUBLE, Arrays.asList(0.1, null, 1.7e308));
    values.put(
        new DecimalType(10, 2),
        Arrays.asList(new BigDecimal("-12345678.90"), null, new BigDecimal("0.01")));
    values.put(
        new DecimalType(38, 10),
        Arrays.asList(new BigDecimal("1234567890123456789012345678.0123456789"), null));
    values.put(AtomicType.STRING, Arrays.asList("Grüße, \"q\" | \\ 🎈", null, "x"));
    values.put(AtomicType.BINARY, Arrays.asList(new byte[] {0, -1, 5}, null, new byte[] {10}));
    values.put(AtomicType.DATE, Arrays.asList(20_000, null, -1));
    values.put(AtomicType.TIMESTAMP, Arrays.asList(1_700_000_000_123_456L, null, 0L));
    values.put(AtomicType.TIMESTAMP_NTZ, Arrays.asList(-1_000_001L, null, 0L));
    values.put(
        new ArrayType(AtomicType.INT, true),
        Arrays.asList(Arrays.asList(1, null), null, Collections.emptyList()));
    values.put(
        new MapType(AtomicType.STRING, AtomicType.INT, true),
        Arrays.asList(
            List.of(new SimpleEntry<>("k", (Integer) null)), null, List.of(Map.entry("a", 1))));
    values.put(
        new StructType(
            List.of(new Field("a", AtomicType.STRING), new Field("b", AtomicType.BIGINT))),
        Arrays.asList(Arrays.asList("in", 1L), null, Arrays.asList(null, 2L)));
    return values;
  }

  @Test
  void closingTwiceIsClosing() {
    Sink unused = open();
    unused.close();
    unused.close();
    Sink sink = open(schema(), mode(), false);
    Write write = sink.begin(0);
    fill(write, rows(0, 1));
    write.commit();
    write.close();
    write.close();
    Write aborted = sink.begin(1);
    aborted.close();
    aborted.close();
    sink.close();
    sink.close();
  }
}
