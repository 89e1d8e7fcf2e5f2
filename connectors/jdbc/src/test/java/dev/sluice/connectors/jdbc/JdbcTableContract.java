package dev.sluice.connectors.jdbc;

import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.testing.TableContract;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** A table of a database, read by ranges. */
abstract class JdbcTableContract extends TableContract {
  private int rows;

  /** Options that tell the database and an own table. */
  abstract Map<String, String> place();

  abstract void execute(String sql) throws SQLException;

  @BeforeEach
  void createTable() throws SQLException {
    execute("CREATE TABLE " + place().get("dbtable") + " (id INT, name VARCHAR(20))");
  }

  @Override
  protected SourceType type() {
    return new JdbcSourceType();
  }

  @Override
  protected Map<String, String> options() {
    Map<String, String> options = new HashMap<>(place());
    options.putAll(
        Map.of(
            "partitionColumn", "id", "lowerBound", "0", "upperBound", "10", "numPartitions", "3"));
    return options;
  }

  @Override
  protected int produce() throws SQLException {
    for (int i = 0; i < 5; i++) {
      int id = rows++;
      execute("INSERT INTO " + place().get("dbtable") + " VALUES (" + id + ", 'n" + id + "')");
    }
    return 5;
  }
}
