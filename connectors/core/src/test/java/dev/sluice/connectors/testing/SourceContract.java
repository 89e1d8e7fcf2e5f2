package dev.sluice.connectors.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every stream source must do. A source's test extends this, says how rows come into the
 * outside system, and is honest about what the source cannot do. Each test has a fresh instance: it
 * must begin with a place outside that is empty.
 */
@Timeout(300)
public abstract class SourceContract {
  /** The checkpoint is in here; a source may have its input here too. */
  @TempDir protected Path folder;

  private final List<Source> opened = new ArrayList<>();

  /** The kind of source under test. */
  protected abstract SourceType type();

  /** What a pipeline would say to read all of it, from its beginning. Asked at each opening. */
  protected abstract Map<String, String> options();

  /** The columns declared, if the source is to be given any. */
  protected Optional<Schema> declared() {
    return Optional.empty();
  }

  /**
   * Makes new rows come, at least two, none like an earlier one; returns how many. They may take a
   * while to be seen.
   */
  protected abstract int produce() throws Exception;

  /**
   * Waits until senders know that what they sent is kept: what is not told by the time a source is
   * closed they may send again. Called when all rows have come.
   */
  protected void awaitTold() throws Exception {}

  /** More options, under which no batch has more rows than {@link #mostRows}. */
  protected Map<String, String> limit() {
    return Map.of();
  }

  /** See {@link #limit}; less than what {@link #produce} gives. */
  protected int mostRows() {
    return Integer.MAX_VALUE;
  }

  /** The source's time. */
  protected Clock clock() {
    return Clock.SYSTEM;
  }

  /** False if a source sees only what was there when it was opened. */
  protected boolean growsWhileOpen() {
    return true;
  }

  /** True if there always is a next batch. */
  protected boolean endless() {
    return false;
  }

  /** False if rows know which batch they came in: then a range is only ever one batch. */
  protected boolean rangesJoin() {
    return true;
  }

  /** False if what is sent while nobody listens is lost. */
  protected boolean keepsForLater() {
    return true;
  }

  /** False if what one instance has read is gone with it. */
  protected boolean replaysAfterRestart() {
    return true;
  }

  /** True if it hears of rows as they come, and tells the engine. */
  protected boolean tellsOfArrival() {
    return false;
  }

  /** Where files are: on this machine unless told otherwise. */
  protected FileStores stores() {
    LocalFileStore files = new LocalFileStore();
    return location -> files;
  }

  /** The checkpoint is in here. */
  protected String root() {
    return folder.toString();
  }

  /** Opens a source as the engine does; it is closed after the test. */
  protected final Source open(Map<String, String> more, int parallelism) {
    Map<String, String> given = new HashMap<>(options());
    given.putAll(more);
    Source source =
        type()
            .open(
                Options.of(type().options(), given),
                declared(),
                new SourceContext(
                    "source",
                    stores(),
                    clock(),
                    root() + "/checkpoint/sources/0",
                    folder.toString(),
                    parallelism,
                    Session.DEFAULT));
    opened.add(source);
    return source;
  }

  private Source open() {
    return open(Map.of(), 2);
  }

  /** Sources are closed in the order of their opening, most of them for the second time. */
  @AfterEach
  final void closeSources() {
    opened.forEach(Source::close);
  }

  private static List<String> read(Source source, Offset from, Offset to) {
    return read(source, from, to, source.schema(), 4096);
  }

  private static List<String> read(
      Source source, Offset from, Offset to, Schema wanted, int batchRows) {
    ScanRequest request = new ScanRequest(wanted, List.of(), batchRows);
    List<String> rows =
        source.splits(from, to).stream()
            .map(split -> read(split, request))
            .flatMap(List::stream)
            .toList();
    // As the engine does once for each batch: they are those of the range.
    source.confirm();
    return rows;
  }

  private static List<String> read(Split split, ScanRequest request) {
    List<String> rows = Rows.read(split, request);
    assertThat((long) rows.size())
        .as("rows of a split that is said to have no more")
        .isLessThanOrEqualTo(split.mostRows());
    return rows;
  }

  /** A source that has been asked for its first batch, when nothing was there. */
  private final class Running {
    Source source;
    private final Map<String, String> more;
    final Offset start;
    final List<Offset> cuts = new ArrayList<>();
    final List<List<String>> batches = new ArrayList<>();
    final AtomicInteger arrivals = new AtomicInteger();

    Running(Map<String, String> more) {
      this.more = more;
      source = open(more, 2);
      source.onArrival(arrivals::incrementAndGet);
      start = source.initialOffset();
      cuts.add(start);
      if (!endless()) {
        // It may know more of its place now, but there are no rows.
        Offset first = source.latestOffset(start, ReadLimit.CONFIGURED);
        if (!first.equals(start)) {
          cuts.add(first);
          batches.add(read(source, start, first));
          assertThat(batches.get(0)).as("rows of nothing").isEmpty();
        }
      }
    }

    Offset end() {
      return cuts.get(cuts.size() - 1);
    }

    /** Produces, and takes batches until all of it has come. */
    Running round() throws Exception {
      return take(produced());
    }

    /** How many rows are there now that were not before. */
    private int produced() throws Exception {
      int expected = produce();
      if (!growsWhileOpen()) {
        source.close();
        source = open(more, 2);
      }
      return expected;
    }

    private Running take(int expected) throws Exception {
      int rows = 0;
      while (rows < expected) {
        Offset next = source.latestOffset(end(), ReadLimit.CONFIGURED);
        if (next.equals(end())) {
          // What comes is brought by other threads, and there may be one processor.
          Wait.aMoment();
          continue;
        }
        List<String> batch = read(source, end(), next);
        batches.add(batch);
        cuts.add(next);
        rows += batch.size();
      }
      assertThat(rows).as("rows that came").isEqualTo(expected);
      awaitTold();
      return this;
    }

    List<String> all() {
      return Rows.joined(batches);
    }
  }

  private Running running() {
    return new Running(Map.of());
  }

  @Test
  void eachRowComesOnce() throws Exception {
    Running run = running().round().round();

    assertThat(run.all()).doesNotHaveDuplicates();
  }

  @Test
  void rowsThatComeAreToldWithoutAQuestion() throws Exception {
    assumeThat(tellsOfArrival()).isTrue();
    Running run = running().round();
    int before = run.arrivals.get();
    int expected = produce();
    while (run.arrivals.get() == before) {
      Wait.aMoment();
    }
    assertThat(run.take(expected).all()).doesNotHaveDuplicates();
  }

  @Test
  void aRangeThatWasReadGrowsByTheRowsThatComeNext() throws Exception {
    Running run = running().round();
    assumeThat(run.source.extendsRanges()).isTrue();
    // The range of the next batch, which stays open.
    int expected = produce();
    Offset end = run.source.latestOffset(run.end(), ReadLimit.CONFIGURED);
    List<String> rows = new ArrayList<>(read(run.source, run.end(), end));
    expected += produce();
    while (rows.size() < expected) {
      Offset more = run.source.extend(end);
      if (more.equals(end)) {
        Wait.aMoment();
      } else {
        rows.addAll(read(run.source, end, more));
        end = more;
      }
    }
    assertThat(rows).hasSize(expected).doesNotHaveDuplicates();
    assertThat(Rows.sorted(read(run.source, run.end(), end))).isEqualTo(Rows.sorted(rows));
  }

  @Test
  void theSameRangeGivesTheSameRowsHoweverOften() throws Exception {
    Running run = rangesJoin() ? running().round().round() : running().round();
    List<String> once = read(run.source, run.start, run.end());

    assertThat(read(run.source, run.start, run.end())).isEqualTo(once);
    for (int batchRows : new int[] {1, 2, 7}) {
      assertThat(read(run.source, run.start, run.end(), run.source.schema(), batchRows))
          .isEqualTo(once);
    }
    assertThat(Rows.sorted(once)).isEqualTo(Rows.sorted(run.all()));
  }

  @Test
  void anyCuttingIntoBatchesGivesTheSameRows() throws Exception {
    assumeThat(rangesJoin()).isTrue();
    Running run = new Running(limit()).round().round().round();
    for (int i = 0; i < run.cuts.size(); i++) {
      for (int j = i; j < run.cuts.size(); j++) {
        assertThat(Rows.sorted(read(run.source, run.cuts.get(i), run.cuts.get(j))))
            .as("%s to %s", run.cuts.get(i), run.cuts.get(j))
            .isEqualTo(Rows.sorted(Rows.joined(run.batches.subList(i, j))));
      }
    }
  }

  @Test
  void anyCuttingIntoSplitsGivesTheSameRows() throws Exception {
    Running run = rangesJoin() ? running().round().round() : running().round();
    List<String> expected = Rows.sorted(run.all());
    ScanRequest request = new ScanRequest(run.source.schema(), List.of(), 2);

    List<Split> splits = run.source.splits(run.start, run.end());
    assertThat(
            Rows.sorted(
                splits.parallelStream()
                    .map(split -> read(split, request))
                    .flatMap(List::stream)
                    .toList()))
        .as("read side by side")
        .isEqualTo(expected);
    if (replaysAfterRestart()) {
      run.source.close();
      for (int parallelism : new int[] {1, 5}) {
        try (Source other = open(Map.of(), parallelism)) {
          assertThat(Rows.sorted(read(other, run.start, run.end())))
              .as("by %s workers", parallelism)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aSplitThatWasLeftIsReadFromItsBeginning() throws Exception {
    Running run = running().round();
    ScanRequest request = new ScanRequest(run.source.schema(), List.of(), 1);
    List<String> rows = new ArrayList<>();
    for (Split split : run.source.splits(run.start, run.end())) {
      try (BatchReader reader = split.open(request)) {
        reader.next();
      }
      rows.addAll(read(split, request));
    }
    assertThat(Rows.sorted(rows)).isEqualTo(Rows.sorted(run.all()));
  }

  @Test
  void noBatchIsLargerThanTheLimit() throws Exception {
    assumeThat(limit()).isNotEmpty();
    Running run = new Running(limit()).round().round();

    assertThat(run.batches).allSatisfy(batch -> assertThat(batch).hasSizeBetween(0, mostRows()));
    assertThat(run.batches.size()).isGreaterThan(2);
  }

  /** A loop that knows of it makes no pause, and does not keep a batch open for other sources. */
  @Test
  void whatALimitLeavesIsToldToWait() throws Exception {
    assumeThat(limit()).isNotEmpty();
    Running run = new Running(limit());
    assumeThat(run.source.backlog()).isPresent();
    int expected = run.produced();
    while (waiting(run.source) == 0) {
      run.source.latestOffset(run.end(), ReadLimit.CONFIGURED);
      Wait.aMoment();
    }
    run.take(expected);
    assertThat(waiting(run.source)).isZero();
  }

  private static long waiting(Source source) {
    return source.backlog().orElseThrow().count();
  }

  @Test
  void nothingNewIsNoNewOffset() throws Exception {
    assumeThat(endless()).isFalse();
    Running run = running().round();
    for (int i = 0; i < 3; i++) {
      for (ReadLimit limit : ReadLimit.values()) {
        assertThat(run.source.latestOffset(run.end(), limit)).isEqualTo(run.end());
      }
    }
    assertThat(read(run.source, run.end(), run.end())).as("an empty range").isEmpty();
  }

  @Test
  void offsetsAreJsonOnOneLine() throws Exception {
    Running run = new Running(limit()).round().round();
    for (Offset offset : run.cuts) {
      if (!offset.isNone()) {
        assertThat(offset.json()).isNotEmpty().doesNotContain("\n", "\r");
        assertThat(Json.parse(offset.json())).isNotNull();
      }
    }
    assertThat(run.cuts).doesNotHaveDuplicates();
  }

  @Test
  void aLaterRunGoesOnWhereTheOffsetSays() throws Exception {
    Running run = running().round();
    run.source.close();
    run.source = open();
    Offset end = run.end();
    if (!endless()) {
      assertThat(run.source.latestOffset(end, ReadLimit.CONFIGURED)).isEqualTo(end);
    }
    List<String> before = run.all();
    run.round();
    assertThat(run.all()).startsWith(before.toArray(String[]::new)).doesNotHaveDuplicates();
  }

  @Test
  void aLaterRunGivesTheLastBatchAgain() throws Exception {
    assumeThat(replaysAfterRestart()).isTrue();
    Running run = running().round().round();
    run.source.close();
    Offset from = run.cuts.get(run.cuts.size() - 2);
    List<String> last = run.batches.get(run.batches.size() - 1);
    if (keepsForLater()) {
      // More has come since: the logged range stays what it was.
      produce();
    }
    try (Source again = open()) {
      assertThat(Rows.sorted(read(again, from, run.end()))).isEqualTo(Rows.sorted(last));
    }
  }

  @Test
  void whatIsCommittedDoesNotChangeWhatFollows() throws Exception {
    Running run = running().round().round();
    Offset from = run.cuts.get(run.cuts.size() - 2);
    List<String> last = run.batches.get(run.batches.size() - 1);
    run.source.commit(from);
    run.source.commit(from);
    assertThat(read(run.source, from, run.end())).isEqualTo(last);
    run.source.commit(run.end());
    run.round();
    assertThat(run.all()).doesNotHaveDuplicates();
  }

  @Test
  void columnsComeAsTheyAreAskedFor() throws Exception {
    Running run = running().round();
    List<Field> fields = new ArrayList<>(run.source.schema().fields());
    List<String> whole = read(run.source, run.start, run.end());
    Collections.reverse(fields);

    List<String> turned = read(run.source, run.start, run.end(), new Schema(fields), 3);
    assertThat(turned).hasSameSizeAs(whole);
    for (Field field : fields) {
      List<String> one = read(run.source, run.start, run.end(), Schema.of(field), 3);
      assertThat(one).hasSameSizeAs(whole);
      for (int i = 0; i < one.size(); i++) {
        assertThat("|" + whole.get(i) + "|").contains("|" + one.get(i) + "|");
      }
    }
    assertThat(read(run.source, run.start, run.end(), Schema.EMPTY, 3))
        .as("rows are counted without columns")
        .hasSameSizeAs(whole);
  }

  @Test
  void hiddenColumnsComeBesideTheOthers() throws Exception {
    Running run = running();
    Schema hidden = run.source.hiddenColumns();
    assertThat(hidden.names())
        .as("as its type says")
        .isEqualTo(hidden.size() == 0 ? hidden.names() : type().hiddenColumns().names());
    assumeThat(hidden.size()).isPositive();
    run.round();
    Schema both =
        new Schema(
            Stream.concat(hidden.fields().stream(), run.source.schema().fields().stream())
                .toList());
    List<String> rows = read(run.source, run.start, run.end(), both, 2);
    List<String> whole = read(run.source, run.start, run.end());
    assertThat(rows).hasSameSizeAs(whole);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i)).endsWith("|" + whole.get(i));
    }
  }

  @Test
  void theColumnsAreThoseThatItsTypeTells() {
    Problems problems = new Problems();
    Options options = Options.of(type().options(), options());
    type().check(options, true, problems);
    Optional<Schema> told = type().schema(options, declared(), problems);

    assertThat(problems.all()).isEmpty();
    Source source = open();
    told.ifPresent(schema -> assertThat(source.schema()).isEqualTo(schema));
    assertThat(source.description()).isNotBlank().doesNotContain("\n");
  }

  @Test
  void availableNowEndsWithWhatWasThere() throws Exception {
    Running run = running();
    assumeThat(run.source instanceof SupportsAvailableNow).isTrue();
    assumeThat(endless()).isFalse();
    assumeThat(keepsForLater()).isTrue();
    Offset from = run.round().end();
    run.source.close();
    int rows = produce();
    Source source = open();
    ((SupportsAvailableNow) source).prepareForAvailableNow();
    produce();
    List<String> found = new ArrayList<>();
    Offset to = source.latestOffset(from, ReadLimit.CONFIGURED);
    while (!to.equals(from)) {
      found.addAll(read(source, from, to));
      from = to;
      to = source.latestOffset(from, ReadLimit.CONFIGURED);
    }
    assertThat(found).hasSize(rows).doesNotHaveDuplicates();
  }

  @Test
  void closingTwiceIsClosing() throws Exception {
    Source unused = open();
    unused.close();
    unused.close();
    Running run = running().round();
    run.source.close();
    run.source.close();
  }
}
