package dev.sluice.connectors.jdbc;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.plan.OutputMode;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code jdbc}: rows into a table, each batch in one transaction that also notes the batch, so that
 * a batch that is given again changes nothing.
 */
public final class JdbcSinkType implements SinkType, ConnectionCheck {
  private static final List<Option> OPTIONS =
      JdbcOptions.with(
          Option.text("dbtable", "The table to write").mandatory(),
          Option.list(
              "keys",
              "The columns that tell a row: a row whose keys are there replaces the other"
                  + " (upsert)"),
          Option.choice(
                  "delivery",
                  List.of("exactly-once", "at-least-once"),
                  "Whether batches are noted in the database, in the table of 'commitTable'")
              .orElse("exactly-once"),
          Option.text("commitTable", "Where batches are noted").orElse("sluice_commits"),
          Option.integer("batchsize", "Rows sent at a time").orElse("1000").atLeast(1),
          Option.flag("createTable", true, "Whether a table that is not there is created"),
          Option.text("createTableOptions", "What stands behind the columns in CREATE TABLE"),
          Option.text(
              "createTableColumnTypes",
              "Types of columns for CREATE TABLE: name VARCHAR(128), note CLOB"),
          Option.choice(
                  "isolationLevel",
                  List.of("READ_UNCOMMITTED", "READ_COMMITTED", "REPEATABLE_READ", "SERIALIZABLE"),
                  "The isolation of the transactions")
              .orElse("READ_COMMITTED"));

  @Override
  public String name() {
    return "jdbc";
  }

  @Override
  public String summary() {
    return "A table of a database, each batch in it exactly once";
  }

  @Override
  public List<Option> options() {
    return OPTIONS;
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.values());
  }

  /** The address may change: a database moves, and its password is renewed. */
  @Override
  public boolean tellsPlace(Option option) {
    return option.name().equals("dbtable");
  }

  /** Without its note a batch would be written once more. */
  @Override
  public boolean tellsBatches(Option option) {
    return option.name().equals("commitTable") || option.name().equals("delivery");
  }

  @Override
  public List<String> secretsIn(Option option, String value) {
    return option.name().equals("url") ? JdbcUrl.secrets(value) : List.of();
  }

  @Override
  public void check(Options options, Problems problems) {
    JdbcOptions.checkUrl(options, problems);
    for (String option : List.of("dbtable", "commitTable")) {
      options
          .find(option)
          .filter(table -> TableName.parse(table).isEmpty())
          .ifPresent(
              table ->
                  problems.error(
                      "invalid-option-value",
                      options.at(option),
                      "'" + table + "' is no name of a table",
                      "write schema.table, a part in double quotes where it has other characters"));
    }
  }

  @Override
  public void check(OutputMode mode, Options options, Problems problems) {
    if (mode == OutputMode.UPDATE && !options.isGiven("keys")) {
      problems.error(
          "missing-option",
          options.at(),
          "rows that were updated need the option 'keys', to replace those in the table",
          "give the columns that tell a row, such as keys: [country]");
    }
  }

  /** The columns of the option {@code keys}, none if it is not given. */
  public static List<String> keys(Options options) {
    return options.find("keys").map(Json::parse).orElse(List.of()) instanceof List<?> names
        ? names.stream().map(String::valueOf).toList()
        : List.of();
  }

  @Override
  public void check(Schema schema, List<String> partitionBy, Options options, Problems problems) {
    for (String key : keys(options)) {
      if (schema.fields().stream().noneMatch(f -> f.name().equalsIgnoreCase(key))) {
        problems.error(
            "unknown-column",
            options.at("keys"),
            "unknown key column '" + key + "'",
            Names.suggestion(key, schema.fields().stream().map(Field::name).toList()));
      }
    }
    for (Field field : schema.fields()) {
      if (!writable(field.type())) {
        problems.error(
            "unsupported-type",
            options.at(),
            "the column '"
                + field.name()
                + "' of the type "
                + field.type().sql().toLowerCase(Locale.ROOT)
                + " has no place in a table",
            "make it a text with to_json, or select its parts");
      }
    }
  }

  private static boolean writable(DataType type) {
    boolean nested =
        type instanceof ArrayType || type instanceof MapType || type instanceof StructType;
    return !nested
        && type != AtomicType.NULL
        && type != AtomicType.CALENDAR_INTERVAL
        && type != AtomicType.VARIANT
        && (type instanceof AtomicType
            || type instanceof DecimalType
            || type instanceof CollatedType
            || type instanceof TimeType);
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    return ConnectorLibraries.load(JdbcClient.class, JdbcClient.class, "jdbc")
        .sink(schema, mode, options, context);
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + JdbcUrl.shown(request.options().text("url")) + "'";
  }

  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    return ConnectorLibraries.load(JdbcClient.class, JdbcClient.class, "jdbc")
        .checkSink(request, problems);
  }
}
