package dev.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.testing.Wait;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.plan.OutputMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite, a file. */
class SqliteTest extends DatabaseContract {
  @TempDir static Path folder;

  @Override
  String url() {
    return "jdbc:sqlite:" + folder.resolve("shop.db");
  }

  @Override
  boolean exactTypes() {
    return false;
  }

  @Test
  void aDayThatIsNoneIsToldWithItsColumn() throws Exception {
    String table = freshTable();
    execute("CREATE TABLE " + table + " (id BIGINT, d DATE)");
    execute("INSERT INTO " + table + " VALUES (1, '2024-01-05'), (2, '2024-02-06 00:00:00')");
    try (Source source = source(Optional.empty(), options(table))) {
      // 2024-01-05 and 2024-02-06 as days since 1970.
      assertThat(read(source)).hasToString("[[1, 19727], [2, 19759]]");
    }
    execute("INSERT INTO " + table + " VALUES (3, 1704412800000)");
    try (Source source = source(Optional.empty(), options(table))) {
      assertThatThrownBy(() -> read(source))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("'1704412800000' in the column 'd' is no date; declare it as");
    }
  }

  @Test
  void aReaderThatHoldsTheFileIsWaitedFor() throws Exception {
    String table = freshTable();
    Schema numbers = Schema.of(new Field("id", AtomicType.BIGINT));
    String impatient = url() + "?busy_timeout=50";
    try (Sink sink = sink(numbers, OutputMode.APPEND, "q9b", table, "url", impatient)) {
      write(sink, 0, rows(numbers, new Object[] {1L}));
      CompletableFuture<Void> writing;
      try (Connection reader = DriverManager.getConnection(url());
          Statement statement = reader.createStatement();
          ResultSet held = statement.executeQuery("SELECT id FROM " + table)) {
        assertThat(held.next()).isTrue();
        writing =
            CompletableFuture.runAsync(() -> write(sink, 1, rows(numbers, new Object[] {2L})));
        while (sink.retried().count() == 0 && !writing.isDone()) {
          Wait.aMoment();
        }
        assertThat(writing).isNotDone();
      }
      writing.get();
    }
    assertThat(table("SELECT id FROM " + table)).containsExactly("1", "2");
  }

  @Override
  String seconds(String column) {
    return "strftime('%s', " + column + ")";
  }
}
