package dev.sluice.connectors.jdbc;

/** H2, in memory. */
class H2Test extends DatabaseContract {
  @Override
  String url() {
    return "jdbc:h2:mem:sluice;DB_CLOSE_DELAY=-1";
  }

  @Override
  boolean findsKeysItself() {
    return true;
  }

  @Override
  String names(String name) {
    return name.toUpperCase(java.util.Locale.ROOT);
  }
}
