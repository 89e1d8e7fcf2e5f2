package dev.sluice.connectors.jdbc;

import java.nio.file.Path;
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

  @Override
  String seconds(String column) {
    return "strftime('%s', " + column + ")";
  }
}
