package dev.sluice.connectors.jdbc;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.List;
import java.util.Optional;

/** {@code jdbc}: a table of a database, or what a query gives, as a static source. */
public final class JdbcSourceType implements SourceType, ConnectionCheck {
  private static final List<Option> OPTIONS =
      JdbcOptions.with(
          Option.text("dbtable", "The table, or a query in parentheses with a name behind it"),
          Option.text("query", "A query whose rows are read"),
          Option.text(
              "partitionColumn",
              "A column of numbers, dates or timestamps by whose ranges reading is split"),
          Option.text("lowerBound", "Where the second range begins, less one stride"),
          Option.text("upperBound", "Where the last range begins, plus one stride"),
          Option.integer("numPartitions", "Into how many ranges reading is split").atLeast(1),
          Option.integer("fetchsize", "Rows brought at a time; 0 leaves it to the driver")
              .orElse("1000")
              .atLeast(0),
          Option.flag("pushDownPredicate", true, "Whether the database filters where it can"),
          Option.flag(
              "preferTimestampNTZ",
              false,
              "Whether timestamps without zone are timestamp_ntz, not timestamp"));

  @Override
  public String name() {
    return "jdbc";
  }

  @Override
  public String summary() {
    return "A table of a database, read as a whole: for joins";
  }

  @Override
  public List<Option> options() {
    return OPTIONS;
  }

  @Override
  public boolean onlyStatic() {
    return true;
  }

  @Override
  public SchemaRule schemaRule() {
    return SchemaRule.OPTIONAL;
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    return declared;
  }

  @Override
  public List<String> secretsIn(Option option, String value) {
    return option.name().equals("url") ? JdbcUrl.secrets(value) : List.of();
  }

  @Override
  public void check(Options options, Problems problems) {
    JdbcOptions.checkUrl(options, problems);
    if (options.isGiven("dbtable") == options.isGiven("query")) {
      problems.error(
          options.isGiven("query") ? "conflicting-options" : "missing-option",
          options.at("dbtable"),
          options.isGiven("query")
              ? "both 'dbtable' and 'query' are given"
              : "a jdbc source needs 'dbtable' or 'query'",
          options.isGiven("query") ? "keep one of them" : "name the table to read");
    }
    long ranges =
        List.of("partitionColumn", "lowerBound", "upperBound", "numPartitions").stream()
            .filter(options::isGiven)
            .count();
    if (ranges > 0 && ranges < 4) {
      problems.error(
          "missing-option",
          options.at(),
          "'partitionColumn', 'lowerBound', 'upperBound' and 'numPartitions' go together",
          "give all four, or none");
    }
    options
        .find("dbtable")
        .filter(table -> !table.startsWith("(") && TableName.parse(table).isEmpty())
        .ifPresent(
            table ->
                problems.error(
                    "invalid-option-value",
                    options.at("dbtable"),
                    "'" + table + "' is no name of a table",
                    "write schema.table, a part in double quotes where it has other characters"));
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    return ConnectorLibraries.load(JdbcClient.class, JdbcClient.class, "jdbc")
        .source(options, declared, context);
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + JdbcUrl.shown(request.options().text("url")) + "'";
  }

  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    return ConnectorLibraries.load(JdbcClient.class, JdbcClient.class, "jdbc")
        .checkSource(request, problems);
  }
}
