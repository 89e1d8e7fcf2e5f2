package dev.sluice.connectors.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.SupportsContinuous;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.json.Json;
import java.io.IOException;
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
 * What every source must do that can be read without batches. Each test has a fresh instance: it
 * must begin with a place outside that is empty.
 */
@Timeout(300)
public abstract class ContinuousContract {
  /** The checkpoint is in here. */
  @TempDir protected Path folder;

  private final List<AutoCloseable> opened = new ArrayList<>();

  /** The kind of source under test. */
  protected abstract SourceType type();

  /** What a pipeline would say to read all of it, from its beginning. Asked at each opening. */
  protected abstract Map<String, String> options();

  /**
   * Makes new rows come to each partition, at least two, none like an earlier one; returns how many
   * there are in all. They may take a while to be seen.
   */
  protected abstract int produce() throws Exception;

  /** The source's time. */
  protected Clock clock() {
    return Clock.SYSTEM;
  }

  /** Readers and what they gave. */
  private final class Reading {
    final Source source;
    final List<ContinuousReader> readers;
    final List<String> rows = new ArrayList<>();

    Reading(Source source, Offset from, Schema wanted, int batchRows) {
      this.source = source;
      this.readers =
          ((SupportsContinuous) source)
              .readers(from, new ScanRequest(wanted, List.of(), batchRows));
      opened.addAll(readers);
    }

    Reading(Offset from, int batchRows) {
      this(open(), from, batchRows);
    }

    private Reading(Source source, Offset from, int batchRows) {
      this(source, from, source.schema(), batchRows);
    }

    /** What one reader has now. */
    private int step(ContinuousReader reader) throws IOException {
      Batch batch = reader.next(0);
      if (batch == null) {
        return 0;
      }
      assertThat(batch.rows()).as("no batch is given that is empty").isPositive();
      rows.addAll(Rows.texts(batch));
      return batch.rows();
    }

    /** Reads until there are so many rows in all. */
    Reading until(int count) throws IOException {
      while (rows.size() < count) {
        int before = rows.size();
        for (ContinuousReader reader : readers) {
          step(reader);
        }
        if (rows.size() == before) {
          Wait.aMoment();
        }
      }
      assertThat(rows).hasSize(count).doesNotHaveDuplicates();
      return this;
    }

    /** Ends an epoch, and all of it. */
    Offset end() throws IOException {
      SupportsContinuous continuous = (SupportsContinuous) source;
      assertThat(continuous.needsReconfiguration()).as("partitions have come or gone").isFalse();
      Offset offset = continuous.merge(readers.stream().map(ContinuousReader::position).toList());
      for (ContinuousReader reader : readers) {
        reader.close();
      }
      source.close();
      return offset;
    }
  }

  private Source open() {
    LocalFileStore files = new LocalFileStore();
    Source source =
        type()
            .open(
                Options.of(type().options(), options()),
                Optional.empty(),
                new SourceContext(
                    "source",
                    location -> files,
                    clock(),
                    folder.resolve("checkpoint/sources/0").toString(),
                    folder.toString(),
                    2,
                    Session.DEFAULT));
    opened.add(source);
    return source;
  }

  @AfterEach
  final void closeAll() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  @Test
  void rowsComeOnceAsTheyCome() throws Exception {
    Reading reading = new Reading(Offset.NONE, 4096);
    int rows = produce();
    reading.until(rows);
    rows += produce();
    reading.until(rows);
    for (ContinuousReader reader : reading.readers) {
      assertThat(reading.step(reader)).as("nothing has come").isZero();
    }
  }

  @Test
  void aLaterRunGoesOnWhereAnEpochEnded() throws Exception {
    Reading first = new Reading(Offset.NONE, 4096);
    int rows = produce();
    Offset end = first.until(rows).end();
    assertThat(end.json()).doesNotContain("\n", "\r");
    assertThat(Json.parse(end.json())).isNotNull();
    int more = produce();
    Reading second = new Reading(end, 4096).until(more);
    assertThat(second.rows).doesNotContainAnyElementsOf(first.rows);
  }

  /** A reader may hold rows that it has not given: they are of a later epoch. */
  @Test
  void anEpochEndsWithTheRowsThatWereGiven() throws Exception {
    Reading whole = new Reading(Offset.NONE, 1);
    int rows = produce();
    int given = 0;
    for (ContinuousReader reader : whole.readers) {
      int before = given;
      while (given == before) {
        given += whole.step(reader);
        if (given == before) {
          Wait.aMoment();
        }
      }
    }
    assertThat(given).as("one of each").isLessThan(rows);
    Reading rest = new Reading(whole.end(), 2).until(rows - given);
    assertThat(rest.rows).doesNotContainAnyElementsOf(whole.rows);
  }

  @Test
  void columnsComeAsTheyAreAskedFor() throws Exception {
    Source source = open();
    List<Field> fields = new ArrayList<>(source.schema().fields());
    Collections.reverse(fields);
    Reading reading = new Reading(source, Offset.NONE, new Schema(fields), 3);
    List<Batch> batches = new ArrayList<>();
    int rows = produce();
    int found = 0;
    while (found < rows) {
      for (ContinuousReader reader : reading.readers) {
        Batch batch = reader.next(0);
        if (batch != null) {
          assertThat(batch.schema().names()).isEqualTo(new Schema(fields).names());
          batches.add(batch);
          found += batch.rows();
        }
      }
      Wait.aMoment();
    }
    assertThat(batches).allSatisfy(batch -> assertThat(batch.rows()).isBetween(1, 3));
    assertThat(found).isEqualTo(rows);
  }

  @Test
  void closingTwiceIsClosing() throws Exception {
    Reading reading = new Reading(Offset.NONE, 10);
    reading.until(produce());
    reading.end();
    assertThatCode(reading.readers.get(0)::close).doesNotThrowAnyException();
    assertThatCode(reading.source::close).doesNotThrowAnyException();
  }
}
