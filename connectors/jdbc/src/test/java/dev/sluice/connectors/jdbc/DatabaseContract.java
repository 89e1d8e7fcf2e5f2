package dev.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.InList;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every database must do; each runs it against a server, or a library, of its own. */
abstract class DatabaseContract extends DatabaseHarness {
  private static final Schema ORDERS =
      Schema.of(
          new Field("id", AtomicType.BIGINT),
          new Field("Note", AtomicType.STRING),
          new Field("price", new DecimalType(10, 2)));

  /** The suite of all sinks. */
  @Nested
  class AsSink extends JdbcSinkContract {
    private final String table = freshTable();

    @Override
    Map<String, String> place() {
      return DatabaseContract.this.options(table);
    }

    @Override
    boolean exactTypes() {
      return DatabaseContract.this.exactTypes();
    }

    @Override
    boolean earlyTimes() {
      return DatabaseContract.this.earlyTimes();
    }
  }

  /** The suite of all tables. */
  @Nested
  class AsTable extends JdbcTableContract {
    private final String table = freshTable();

    @Override
    Map<String, String> place() {
      return DatabaseContract.this.options(table);
    }

    @Override
    void execute(String sql) throws SQLException {
      DatabaseContract.this.execute(sql);
    }
  }

  /** Whether points in time may lie before 1970. */
  boolean earlyTimes() {
    return true;
  }

  private static Object[] order(long id, String note, String price) {
    return new Object[] {id, note, price == null ? null : new BigDecimal(price)};
  }

  @Test
  void aBatchThatIsGivenAgainChangesNothing() throws SQLException {
    String table = freshTable();
    try (Sink sink = sink(ORDERS, OutputMode.APPEND, "q1", table)) {
      write(sink, 0, rows(ORDERS, order(1, "a", "1.50")), rows(ORDERS, order(2, null, null)));
      write(sink, 0, rows(ORDERS, order(1, "a", "1.50")), rows(ORDERS, order(2, null, null)));
      write(sink, 1, rows(ORDERS, order(3, "c", "0.01")));
    }
    try (Sink again = sink(ORDERS, OutputMode.APPEND, "q1", table)) {
      assertThat(again.remembers()).isTrue();
      assertThat(again.lastEpoch()).isEqualTo(1);
      write(again, 1, rows(ORDERS, order(3, "c", "0.01")));
    }
    assertThat(table("SELECT \"id\" FROM " + table + " ORDER BY \"id\""))
        .containsExactly("1", "2", "3");
  }

  @Test
  void anAbortedBatchLeavesNothing() throws SQLException {
    String table = freshTable();
    try (Sink sink = sink(ORDERS, OutputMode.APPEND, "q2", table)) {
      try (Write write = sink.begin(0)) {
        Write.Part part = write.part(0);
        part.write(rows(ORDERS, order(1, "a", "1")));
        part.finish();
      }
      assertThat(table("SELECT \"id\" FROM " + table)).isEmpty();
      write(sink, 0, rows(ORDERS, order(2, "b", "2")));
    }
    assertThat(table("SELECT \"id\" FROM " + table)).containsExactly("2");
  }

  @Test
  void rowsOfTheSameKeysAreReplaced() throws SQLException {
    String table = freshTable();
    try (Sink sink = sink(ORDERS, OutputMode.UPDATE, "q3", table, "keys", "[\"ID\"]")) {
      write(sink, 0, rows(ORDERS, order(1, "a", "1"), order(2, "b", "2")));
      write(sink, 1, rows(ORDERS, order(2, "B", "3"), order(3, "c", "4"), order(3, "C", "5")));
    }
    Schema keysOnly = Schema.of(new Field("id", AtomicType.BIGINT));
    try (Sink sink = sink(keysOnly, OutputMode.UPDATE, "q3k", table, "keys", "[\"id\"]")) {
      write(sink, 0, rows(keysOnly, new Object[] {1L}));
    }
    assertThat(table("SELECT \"id\", \"Note\" FROM " + table + " ORDER BY \"id\""))
        .containsExactly("1|a", "2|B", "3|C");
  }

  @Test
  void rowsWhoseKeysAreNullAreReplacedToo() throws SQLException {
    String table = freshTable();
    execute(
        "CREATE TABLE " + table + " (\"country\" VARCHAR(20), \"city\" VARCHAR(20), \"n\" BIGINT)");
    execute("CREATE UNIQUE INDEX i_" + table + " ON " + table + " (\"country\", \"city\")");
    Schema counts =
        Schema.of(
            new Field("city", AtomicType.STRING),
            new Field("n", AtomicType.BIGINT),
            new Field("country", AtomicType.STRING));
    try (Sink sink =
        sink(counts, OutputMode.UPDATE, "q3u", table, "keys", "[\"country\", \"city\"]")) {
      write(
          sink,
          0,
          rows(
              counts,
              new Object[] {null, 1L, null},
              new Object[] {"Rome", 2L, null},
              new Object[] {"Rome", 3L, "IT"},
              new Object[] {null, 4L, null}));
      write(
          sink,
          1,
          rows(
              counts,
              new Object[] {null, 5L, "IT"},
              new Object[] {null, 6L, null},
              new Object[] {"Rome", 7L, null},
              new Object[] {"Rome", 8L, "IT"}));
    }
    assertThat(table("SELECT \"n\" FROM " + table + " ORDER BY \"n\""))
        .containsExactly("5", "6", "7", "8");
  }

  @Test
  void aTableIsMadeAndNotedAsTheOptionsSay() throws SQLException {
    String table = freshTable();
    try (Sink sink =
        sink(
            ORDERS,
            OutputMode.APPEND,
            "q3o",
            table,
            "commitTable",
            "noted_" + table,
            "createTableColumnTypes",
            "\"Note\" VARCHAR(3)",
            "isolationLevel",
            "serializable",
            "batchsize",
            "1",
            "queryTimeout",
            "30",
            "sessionInitStatement",
            "CREATE TABLE IF NOT EXISTS said_" + table + " (n INTEGER)")) {
      write(sink, 0, rows(ORDERS, order(1, "abc", "1.50"), order(2, null, null)));
      if (exactTypes()) {
        assertThatThrownBy(() -> write(sink, 1, rows(ORDERS, order(3, "abcd", "1"))))
            .isInstanceOf(PipelineException.class)
            .hasMessageContaining("; make the table's column wider");
      }
    }
    assertThat(table("SELECT query_id, sink, batch_id FROM noted_" + table))
        .containsExactly("q3o|0|0");
    assertThat(table("SELECT * FROM said_" + table)).isEmpty();
    assertThat(table("SELECT \"id\" FROM " + table + " ORDER BY \"id\"")).containsExactly("1", "2");
  }

  @Test
  void aTableThatIsNotThereAndMayNotBeMadeIsTold() {
    String table = freshTable();
    assertThatThrownBy(() -> sink(ORDERS, OutputMode.APPEND, "q3p", table, "createTable", "false"))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("correct 'dbtable', or create the table");
    assertThatThrownBy(
            () -> sink(ORDERS, OutputMode.APPEND, "q3q", table, "createTableOptions", "no options"))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("nor made");
  }

  @Test
  void aKeyThatMayNotBeNullIsToldWithItsRemedy() throws SQLException {
    String table = freshTable();
    Schema counts =
        Schema.of(new Field("country", AtomicType.STRING), new Field("n", AtomicType.BIGINT));
    try (Sink sink = sink(counts, OutputMode.UPDATE, "q3v", table, "keys", "[\"country\"]")) {
      assertThatThrownBy(() -> write(sink, 0, rows(counts, new Object[] {null, 1L})))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("country")
          .hasMessageContaining("; give the column a value with coalesce()");
    }
    assertThat(table("SELECT \"n\" FROM " + table)).isEmpty();
  }

  @Test
  void keysThatDifferInOneCharacterAreDifferentRows() throws SQLException {
    String table = freshTable();
    Schema words =
        Schema.of(new Field("word", AtomicType.STRING), new Field("n", AtomicType.BIGINT));
    String[] all = {"a", "A", "e", "\u00e9", "a ", "\u00e5", "ss", "\u00df"};
    try (Sink sink = sink(words, OutputMode.UPDATE, "q3w", table, "keys", "[\"word\"]")) {
      for (int epoch = 0; epoch < 2; epoch++) {
        Object[][] rows = new Object[all.length][];
        for (int i = 0; i < all.length; i++) {
          rows[i] = new Object[] {all[i], (long) i};
        }
        write(sink, epoch, rows(words, rows));
      }
    }
    assertThat(table("SELECT \"n\" FROM " + table + " ORDER BY \"n\""))
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
  }

  @Test
  void rowsOfTheSameKeysNeverComeTwiceIntoATableWithoutIndex() throws SQLException {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (\"id\" BIGINT, \"n\" BIGINT)");
    Schema numbers =
        Schema.of(new Field("id", AtomicType.BIGINT), new Field("n", AtomicType.BIGINT));
    JdbcSinkType type = new JdbcSinkType();
    Problems problems = new Problems();
    type.checkConnection(request(type, numbers, options(table, "keys", "[\"id\"]")), problems);
    if (findsKeysItself()) {
      assertThat(problems.all()).isEmpty();
      try (Sink sink = sink(numbers, OutputMode.UPDATE, "q3n", table, "keys", "[\"id\"]")) {
        write(sink, 0, rows(numbers, new Object[] {1L, 1L}));
        write(sink, 1, rows(numbers, new Object[] {1L, 2L}));
      }
      assertThat(table("SELECT \"n\" FROM " + table)).containsExactly("2");
      return;
    }
    if (!url().contains("sqlite")) {
      assertThat(problems.all()).hasSize(1);
    }
    assertThatThrownBy(
            () -> {
              try (Sink sink = sink(numbers, OutputMode.UPDATE, "q3n", table, "keys", "[\"id\"]")) {
                write(sink, 0, rows(numbers, new Object[] {1L, 1L}));
              }
            })
        .isInstanceOf(PipelineException.class);
    assertThat(table("SELECT \"n\" FROM " + table)).isEmpty();
  }

  /** Whether an upsert needs no index, since the database looks for the rows. */
  boolean findsKeysItself() {
    return false;
  }

  @Test
  void aCompleteResultReplacesTheTable() throws SQLException {
    String table = freshTable();
    try (Sink sink = sink(ORDERS, OutputMode.COMPLETE, "q4", table)) {
      write(sink, 0, rows(ORDERS, order(1, "a", "1"), order(2, "b", "2")));
      write(sink, 1, rows(ORDERS, order(5, "e", "5")));
      write(sink, 1, rows(ORDERS, order(6, "f", "6")));
    }
    assertThat(table("SELECT \"id\" FROM " + table)).containsExactly("5");
  }

  @Test
  void twoQueriesOnOneTableDoNotTakeEachOthersBatches() throws SQLException {
    String table = freshTable();
    try (Sink one = sink(ORDERS, OutputMode.APPEND, "q5", table)) {
      write(one, 0, rows(ORDERS, order(1, "a", "1")));
    }
    try (Sink other = sink(ORDERS, OutputMode.APPEND, "q6", table)) {
      assertThat(other.lastEpoch()).isEqualTo(-1);
      write(other, 0, rows(ORDERS, order(2, "b", "2")));
    }
    assertThat(table("SELECT \"id\" FROM " + table + " ORDER BY \"id\"")).containsExactly("1", "2");
  }

  @Test
  void aSecondProcessOnTheSameBatchWaitsAndWritesNothing() throws Exception {
    if (url().contains("sqlite")) {
      // There a second writer is turned away, since one transaction has the whole file.
      return;
    }
    String table = freshTable();
    try (Sink first = sink(ORDERS, OutputMode.APPEND, "q7", table);
        Sink zombie = sink(ORDERS, OutputMode.APPEND, "q7", table)) {
      CompletableFuture<Void> second;
      try (Write write = first.begin(0)) {
        second =
            CompletableFuture.runAsync(
                () -> write(zombie, 0, rows(ORDERS, order(1, "zombie", "1"))));
        Write.Part part = write.part(0);
        part.write(rows(ORDERS, order(1, "first", "1")));
        part.finish();
        write.commit();
      }
      second.get();
    }
    assertThat(table("SELECT \"id\" FROM " + table)).containsExactly("1");
  }

  @Test
  void namesAndValuesAreNeverReadAsStatements() throws SQLException {
    String table = freshTable();
    Schema odd =
        Schema.of(
            new Field("a\"b", AtomicType.STRING), new Field("x; DROP TABLE y", AtomicType.INT));
    String name = "\"" + table + " with \"\"quotes\"\"\"";
    try (Sink sink = sink(odd, OutputMode.APPEND, "q8", name)) {
      write(sink, 0, rows(odd, new Object[] {"'; DROP TABLE z; --", 1}));
    }
    assertThat(table("SELECT * FROM " + name)).containsExactly("'; DROP TABLE z; --|1");
  }

  @Test
  void valuesOfEveryTypeComeBack() throws Exception {
    String table = freshTable();
    Schema all =
        Schema.of(
            new Field("flag", AtomicType.BOOLEAN),
            new Field("small", AtomicType.SMALLINT),
            new Field("number", AtomicType.INT),
            new Field("big", AtomicType.BIGINT),
            new Field("ratio", AtomicType.DOUBLE),
            new Field("amount", new DecimalType(38, 10)),
            new Field("text", AtomicType.STRING),
            new Field("bytes", AtomicType.BINARY),
            new Field("day", AtomicType.DATE),
            new Field("at", AtomicType.TIMESTAMP),
            new Field("wall", AtomicType.TIMESTAMP_NTZ));
    Object[] full = {
      true,
      -7,
      Integer.MIN_VALUE,
      Long.MAX_VALUE,
      0.1,
      new BigDecimal("1234567890123456789012345678.0123456789"),
      "Grüße \u0001 🎈",
      new byte[] {0, -1, 5},
      20_000,
      1_700_000_000_123_456L,
      -1_000_001L
    };
    Object[] nulls = new Object[full.length];
    try (Sink sink = sink(all, OutputMode.APPEND, "q9", table)) {
      write(sink, 0, rows(all, full, nulls));
    }
    Schema exact = exactTypes() ? all : all.select(0, 1, 2, 3, 4, 6, 7, 8, 9, 10);
    try (Source source = source(Optional.of(exact), options(table))) {
      List<List<Object>> found = read(source);
      assertThat(found).hasSize(2);
      List<Object> values = new ArrayList<>(Arrays.asList(full));
      if (!exactTypes()) {
        values.remove(5);
      }
      assertThat(found.get(0)).usingRecursiveComparison().isEqualTo(values);
      assertThat(found.get(1)).containsOnlyNulls();
    }
  }

  /** False if long decimals lose digits in it. */
  boolean exactTypes() {
    return true;
  }

  @Test
  void aTableIsReadByRangesWithoutLossOrRepetition() throws Exception {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (id INT, name VARCHAR(20))");
    for (int i = -3; i < 20; i++) {
      execute("INSERT INTO " + table + " VALUES (" + i + ", 'n" + i + "')");
    }
    execute("INSERT INTO " + table + " VALUES (NULL, 'none')");
    Map<String, String> ranges =
        options(
            table,
            "partitionColumn",
            "ID",
            "lowerBound",
            "0",
            "upperBound",
            "15",
            "numPartitions",
            "4");
    try (Source source = source(Optional.empty(), ranges)) {
      assertThat(
              source.splits(
                  source.initialOffset(),
                  source.latestOffset(source.initialOffset(), ReadLimit.ALL)))
          .hasSize(4);
      List<List<Object>> rows = read(source);
      assertThat(rows).hasSize(24).doesNotHaveDuplicates();
    }
  }

  @Test
  void theDatabaseFiltersWhatItUnderstandsAsWeDo() throws Exception {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (id BIGINT, name VARCHAR(20))");
    execute("INSERT INTO " + table + " VALUES (1, 'a'), (2, 'b'), (NULL, 'c')");
    try (Source source = source(Optional.empty(), options(table))) {
      ColumnReference id =
          new ColumnReference(0, source.schema().field(0).name(), AtomicType.BIGINT, true);
      Literal one = new Literal(AtomicType.BIGINT, 1L, "1");
      assertThat(read(source, new Comparison(Comparison.Operator.GREATER, id, one))).hasSize(1);
      assertThat(read(source, new Comparison(Comparison.Operator.GREATER, one, id))).isEmpty();
      ColumnReference name =
          new ColumnReference(1, source.schema().field(1).name(), AtomicType.STRING, true);
      Literal b = new Literal(AtomicType.STRING, "b", "b");
      assertThat(read(source, new Comparison(Comparison.Operator.EQUAL, name, b))).hasSize(1);
      // Texts are ordered otherwise there, so all of them come.
      assertThat(read(source, new Comparison(Comparison.Operator.GREATER, name, b))).hasSize(3);
    }
  }

  @Test
  void conditionsOnColumnsThatAreDeclaredOtherwiseAreOurs() throws Exception {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (price DECIMAL(10,2), n VARCHAR(20), at TIMESTAMP)");
    execute("INSERT INTO " + table + " VALUES (5.70, '7', '2026-01-02 10:00:00')");
    Schema declared =
        Schema.of(
            new Field("price", AtomicType.INT),
            new Field("n", AtomicType.INT),
            new Field("at", AtomicType.DATE));
    for (int i = 0; i < declared.size(); i++) {
      DataType type = declared.field(i).type();
      // SQLite has no dates: its text of a timestamp is none.
      Schema one = declared.select(i);
      if (type == AtomicType.DATE && url().contains("sqlite")) {
        continue;
      }
      try (Source source = source(Optional.of(one), options(table))) {
        // Drivers cut or round.
        Object kept = read(source).get(0).get(0);
        ColumnReference column = new ColumnReference(0, one.field(0).name(), type, true);
        Literal value = new Literal(type, kept, "it");
        for (Comparison.Operator operator :
            List.of(Comparison.Operator.EQUAL, Comparison.Operator.LESS_OR_EQUAL)) {
          assertThat(read(source, new Comparison(operator, column, value)))
              .as(one + " " + operator)
              .containsExactly(List.of(kept));
        }
        assertThat(read(source, new InList(column, List.of(value)))).hasSize(1);
      }
    }
  }

  @Test
  void timesDoNotDependOnTheMachinesZone() throws Exception {
    TimeZone machine = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kolkata"));
    try {
      Session amsterdam = new Session(ZoneId.of("Europe/Amsterdam"), true);
      Schema schema =
          Schema.of(
              new Field("at", AtomicType.TIMESTAMP), new Field("wall", AtomicType.TIMESTAMP_NTZ));
      long noon = Instant.parse("2026-07-01T12:00:00Z").getEpochSecond();
      Object[] row = {noon * 1_000_000, (noon + 60) * 1_000_000};
      String made = freshTable();
      String walls = freshTable();
      execute("CREATE TABLE " + walls + " (at " + wallType() + ", wall " + wallType() + ")");
      for (String table : List.of(made, walls)) {
        try (Sink sink = sink(amsterdam, schema, OutputMode.APPEND, "zones" + table, table)) {
          write(sink, 0, rows(schema, row, new Object[2]));
        }
        try (Source source = source(amsterdam, Optional.of(schema), options(table))) {
          assertThat(read(source)).first().isEqualTo(List.of(row));
        }
      }
      assertThat(table("SELECT " + seconds("\"at\"") + " FROM " + made))
          .first()
          .isEqualTo("" + noon);
      if (!url().contains("sqlite")) {
        // The clock of the session, two hours ahead of UTC.
        assertThat(table("SELECT at, wall FROM " + walls).get(0))
            .matches("2026-07-01 14:00:00[.0]*\\|2026-07-01 12:01:00[.0]*");
      }
    } finally {
      TimeZone.setDefault(machine);
    }
  }

  /** The type of a timestamp without zone. */
  String wallType() {
    return "TIMESTAMP";
  }

  /** The seconds since 1970 of a point in time, as the database counts them. */
  String seconds(String column) {
    return "CAST(EXTRACT(EPOCH FROM " + column + ") AS BIGINT)";
  }

  @Test
  void aColumnThatTheTableHasNotIsNamed() throws SQLException {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (id BIGINT, remark VARCHAR(20), price DECIMAL(10,2))");
    assertThatThrownBy(() -> sink(ORDERS, OutputMode.APPEND, "q10", table).close())
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("no column 'Note'");
  }

  @Test
  void aQueryIsATableToo() throws Exception {
    Map<String, String> options =
        new HashMap<>(Map.of("url", url(), "query", "SELECT 1 AS one, 'x' AS two"));
    try (Source source = source(Optional.empty(), options)) {
      assertThat(read(source)).hasSize(1);
    }
  }

  ConnectionRequest request(ComponentType type, Schema schema, Map<String, String> given) {
    return new ConnectionRequest(
        "orders",
        Options.of(type.options(), given),
        Optional.ofNullable(schema),
        List.of(),
        OutputMode.APPEND,
        false,
        any -> new LocalFileStore(),
        "/",
        Session.DEFAULT,
        Clock.SYSTEM,
        5000);
  }

  @Test
  void whatASinkNeedsIsLookedAtWithoutChangingAnything() throws SQLException {
    String table = freshTable();
    JdbcSinkType type = new JdbcSinkType();
    Problems problems = new Problems();
    Connected none =
        type.checkConnection(request(type, ORDERS, options(table, "keys", "[\"id\"]")), problems);
    assertThat(none.found()).contains("'" + table + "'", "will be made by the first run");
    assertThat(problems.all()).isEmpty();
    assertThatThrownBy(() -> table("SELECT * FROM " + table)).isInstanceOf(SQLException.class);

    type.checkConnection(request(type, ORDERS, options(table, "createTable", "false")), problems);
    assertThat(problems.all()).singleElement().asString().contains("unknown-table", "is not there");

    write(
        sink(ORDERS, OutputMode.APPEND, table, table, "keys", "[\"id\"]"),
        0,
        rows(ORDERS, order(1, "a", "1.00")));
    Problems after = new Problems();
    Connected there =
        type.checkConnection(request(type, ORDERS, options(table, "keys", "[\"id\"]")), after);
    assertThat(after.all()).isEmpty();
    assertThat(there.found()).contains("with 3 columns");
    assertThat(table("SELECT COUNT(*) FROM " + table)).containsExactly("1");
  }

  @Test
  void columnsThatATableHasNotAreAllTold() throws SQLException {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (id BIGINT)");
    JdbcSourceType source = new JdbcSourceType();
    Problems problems = new Problems();
    source.checkConnection(request(source, ORDERS, options(table)), problems);
    assertThat(problems.all())
        .singleElement()
        .asString()
        .contains("'" + table + "' has no columns 'Note', 'price'; it has " + names("id"));
    Connected found = source.checkConnection(request(source, null, options(table)), new Problems());
    assertThat(found.schema().orElseThrow().names()).containsExactly(names("id"));
  }

  /** A name without quotes, as the database keeps it. */
  String names(String name) {
    return name;
  }

  @Test
  void anAddressWhereNobodyAnswersIsToldSoon() {
    if (url().startsWith("jdbc:sqlite") || url().startsWith("jdbc:h2")) {
      return;
    }
    JdbcSourceType source = new JdbcSourceType();
    Problems problems = new Problems();
    Map<String, String> given = new HashMap<>(options("t"));
    given.put("url", url().replaceFirst(":\\d+/", ":1/"));
    source.checkConnection(request(source, null, given), problems);
    assertThat(problems.all())
        .singleElement()
        .asString()
        .contains("cannot connect to '", "see that the database runs there");
  }
}
