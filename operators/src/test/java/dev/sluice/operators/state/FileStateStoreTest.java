package dev.sluice.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.LocalFileStore;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@NullMarked
class FileStateStoreTest {
  private static final Schema SCHEMA =
      Schema.of(new Field("k", AtomicType.BIGINT), new Field("v", AtomicType.STRING));
  private static final Schema KEYS = SCHEMA.select(0);
  @TempDir Path folder;

  private FileStateStore store() {
    return new FileStateStore(new LocalFileStore(), folder.resolve("0/0").toString(), SCHEMA, 1);
  }

  private static Batch rows(Schema schema, List<List<@Nullable Object>> rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), 4);
      for (List<@Nullable Object> row : rows) {
        builder.appendValue(row.get(c));
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows.size());
  }

  private static Batch put(long key, String value) {
    return rows(SCHEMA, List.of(List.of(key, value)));
  }

  private static Batch key(long key) {
    return rows(KEYS, List.of(List.of(key)));
  }

  private static Map<Long, String> restored(StateStore store, long version) throws IOException {
    Map<Long, String> state = new TreeMap<>();
    store.restore(
        version,
        new StateStore.Restorer() {
          @Override
          public void put(Batch rows) {
            for (int row = 0; row < rows.rows(); row++) {
              state.put((Long) rows.column(0).value(row), (String) rows.column(1).value(row));
            }
          }

          @Override
          public void remove(Batch keys) {
            for (int row = 0; row < keys.rows(); row++) {
              state.remove((Long) keys.column(0).value(row));
            }
          }
        });
    return state;
  }

  private void threeVersions(StateStore store) throws IOException {
    store.restore(0, new Nothing());
    store.commit(1, List.of(put(1, "one"), put(2, "two")), List.of());
    store.commit(2, List.of(put(1, "uno")), List.of(key(2)));
    store.commit(3, List.of(put(3, "three")), List.of());
  }

  private static final class Nothing implements StateStore.Restorer {
    @Override
    public void put(Batch rows) {
      throw new AssertionError("nothing to put");
    }

    @Override
    public void remove(Batch keys) {
      throw new AssertionError("nothing to remove");
    }
  }

  @Test
  void restoresAnyVersion() throws IOException {
    threeVersions(store());
    assertThat(restored(store(), 0)).isEmpty();
    assertThat(restored(store(), 1)).isEqualTo(Map.of(1L, "one", 2L, "two"));
    assertThat(restored(store(), 2)).isEqualTo(Map.of(1L, "uno"));
    assertThat(restored(store(), 3)).isEqualTo(Map.of(1L, "uno", 3L, "three"));
  }

  @Test
  void changesOfOneVersionCountInTheirOrder() throws IOException {
    threeVersions(store());
    StateStore again = store();
    restored(again, 3);
    again.commit(
        4,
        List.of(
            new StateStore.Change(false, put(4, "four")),
            new StateStore.Change(true, key(4)),
            new StateStore.Change(true, key(3)),
            new StateStore.Change(false, put(3, "tres"))),
        2);
    assertThat(restored(store(), 4)).isEqualTo(Map.of(1L, "uno", 3L, "tres"));
  }

  @Test
  void replacesAVersionThatIsWrittenAgain() throws IOException {
    threeVersions(store());
    StateStore again = store();
    restored(again, 1);
    again.commit(2, List.of(put(9, "nine")), List.of());
    assertThat(restored(store(), 2)).isEqualTo(Map.of(1L, "one", 2L, "two", 9L, "nine"));
  }

  @Test
  void doesNotRestoreFromTheSnapshotOfARunThatWasTakenBack() throws IOException {
    StateStore store = store();
    threeVersions(store);
    store.snapshot(3, List.of(put(1, "uno"), put(3, "three")));
    StateStore again = store();
    restored(again, 1);
    again.commit(2, List.of(put(9, "nine")), List.of());
    again.commit(3, List.of(), List.of());
    assertThat(restored(store(), 3)).isEqualTo(Map.of(1L, "one", 2L, "two", 9L, "nine"));
  }

  @Test
  void restoresFromASnapshotAndTheLogsAfterIt() throws IOException {
    StateStore store = store();
    threeVersions(store);
    store.snapshot(3, List.of(put(1, "uno"), put(3, "three")));
    store.commit(4, List.of(), List.of(key(1)));
    store.purgeBefore(4);
    assertThat(folder.resolve("0/0"))
        .isDirectoryContaining("glob:**/3.snapshot")
        .isDirectoryContaining("glob:**/4.delta")
        .isDirectoryNotContaining("glob:**/3.delta")
        .isDirectoryNotContaining("glob:**/1.delta");
    assertThat(restored(store(), 4)).isEqualTo(Map.of(3L, "three"));
  }

  @Test
  void keepsWhatTheOldestVersionKeptNeeds() throws IOException {
    StateStore store = store();
    threeVersions(store);
    store.snapshot(3, List.of(put(1, "uno"), put(3, "three")));
    store.purgeBefore(2);
    assertThat(restored(store(), 2)).isEqualTo(Map.of(1L, "uno"));
  }

  @Test
  void wantsASnapshotWhenTheLogsHaveGrownAsLargeAsTheLastOne() throws IOException {
    StateStore store = store();
    store.restore(0, new Nothing());
    for (int version = 1; version <= 9; version++) {
      store.commit(version, List.of(put(version, "x")), List.of());
      assertThat(store.wantsSnapshot(version)).isFalse();
    }
    store.commit(10, List.of(put(10, "x")), List.of());
    assertThat(store.wantsSnapshot(10)).isTrue();
    store.snapshot(10, List.of(put(1, "large ".repeat(1000))));
    for (int version = 11; version <= 30; version++) {
      store.commit(version, List.of(put(version, "x")), List.of());
      assertThat(store.wantsSnapshot(version)).as("version %s", version).isFalse();
    }
  }

  @Test
  void namesAMissingFileAndTheRemedy() throws IOException {
    threeVersions(store());
    Files.delete(folder.resolve("0/0/2.delta"));
    assertThatThrownBy(() -> restored(store(), 3))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "the checkpoint file '%s/0/0/2.delta' is missing: the state goes on to version 3;"
                + " restore it from a copy, or start with a new checkpointLocation",
            folder);
  }

  @Test
  void detectsEveryTruncationAndEveryFlippedBit() throws IOException {
    threeVersions(store());
    Path file = folder.resolve("0/0/2.delta");
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertNamed(file, "cut at " + length);
    }
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      assertNamed(file, "bit " + bit);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertNamed(file, "one byte more");
    Files.write(file, whole);
    assertThat(restored(store(), 2)).isEqualTo(Map.of(1L, "uno"));
  }

  private void assertNamed(Path file, String what) {
    assertThat(catchThrowable(() -> restored(store(), 3)))
        .as(what)
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesStateOfOtherColumns() throws IOException {
    threeVersions(store());
    Schema other = Schema.of(new Field("k", AtomicType.BIGINT), new Field("v", AtomicType.INT));
    StateStore store =
        new FileStateStore(new LocalFileStore(), folder.resolve("0/0").toString(), other, 1);
    assertThatThrownBy(() -> store.restore(3, new Nothing()))
        .isInstanceOf(StateMismatchException.class)
        .hasMessageContaining("[bigint, string]")
        .hasMessageContaining("[bigint, int]");
  }

  @Test
  void takesNewNamesOfTheSameColumns() throws IOException {
    threeVersions(store());
    Schema other = Schema.of(new Field("q", AtomicType.BIGINT), new Field("w", AtomicType.STRING));
    StateStore renamed =
        new FileStateStore(new LocalFileStore(), folder.resolve("0/0").toString(), other, 1);
    assertThat(restored(renamed, 2)).isEqualTo(Map.of(1L, "uno"));
  }

  static Stream<Arguments> typesWithValues() {
    StructType struct =
        StructType.of(new Field("a", AtomicType.INT), new Field("b", AtomicType.STRING));
    return Stream.of(
        Arguments.of(AtomicType.NULL, Arrays.asList(null, null)),
        Arguments.of(AtomicType.BOOLEAN, Arrays.asList(true, null, false)),
        Arguments.of(AtomicType.TINYINT, Arrays.asList(1, null, -128)),
        Arguments.of(AtomicType.INT, Arrays.asList(Integer.MAX_VALUE, null, Integer.MIN_VALUE)),
        Arguments.of(AtomicType.DATE, Arrays.asList(19_000, 19_255, 19_256)),
        Arguments.of(AtomicType.BIGINT, Arrays.asList(Long.MAX_VALUE, null, Long.MIN_VALUE)),
        Arguments.of(AtomicType.BIGINT, Arrays.asList(5L, 70_000L, null, 4_000_000_000L)),
        Arguments.of(AtomicType.BIGINT, Arrays.asList(5L, 65_540L)),
        Arguments.of(AtomicType.FLOAT, Arrays.asList(1.5f, null, Float.NaN)),
        Arguments.of(AtomicType.DOUBLE, Arrays.asList(-0.0, null, Double.NaN)),
        Arguments.of(AtomicType.STRING, Arrays.asList("", null, "日本 😀")),
        Arguments.of(
            new DecimalType(38, 4),
            Arrays.asList(new BigDecimal("9999999999999999999999999999999999.9999"), null)),
        Arguments.of(
            AtomicType.CALENDAR_INTERVAL, Arrays.asList(new CalendarInterval(1, -2, 3), null)),
        Arguments.of(
            new ArrayType(new ArrayType(AtomicType.STRING)),
            Arrays.asList(Arrays.asList(List.of("x", "y"), null, List.of()), null, List.of())),
        Arguments.of(
            new MapType(AtomicType.STRING, AtomicType.INT),
            Arrays.asList(List.of(Map.entry("a", 1)), null, List.of())),
        Arguments.of(struct, Arrays.asList(Arrays.asList(1, "x"), null, Arrays.asList(null, ""))));
  }

  @ParameterizedTest
  @MethodSource("typesWithValues")
  void keepsValuesOfEveryTypeInEveryShape(DataType type, List<@Nullable Object> values)
      throws IOException {
    Schema schema = Schema.of(new Field("k", AtomicType.INT), new Field("v", type));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      rows.add(Arrays.asList(i, values.get(i)));
    }
    Batch flat = rows(schema, rows);
    int[] turned = new int[values.size()];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = turned.length - 1 - i;
    }
    FileStateStore store = new FileStateStore(new LocalFileStore(), folder.toString(), schema, 1);
    Batch nothing =
        new Batch(
            schema,
            List.of(flat.column(0), ConstantColumn.of(type, null, 1).resize(flat.rows())),
            flat.rows());
    store.commit(1, List.of(flat, flat.select(turned, turned.length), nothing), List.of());
    List<@Nullable Object> read = new ArrayList<>();
    store.restore(
        1,
        new StateStore.Restorer() {
          @Override
          public void put(Batch batch) {
            for (int row = 0; row < batch.rows(); row++) {
              read.add(batch.column(1).value(row));
            }
          }

          @Override
          public void remove(Batch keys) {
            throw new AssertionError();
          }
        });
    List<@Nullable Object> expected = new ArrayList<>(values);
    for (int row : turned) {
      expected.add(values.get(row));
    }
    expected.addAll(Collections.nCopies(flat.rows(), null));
    assertThat(read).isEqualTo(expected);
  }
}
