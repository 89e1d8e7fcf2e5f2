package dev.sluice.connectors.jdbc;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.connectors.testing.SinkContract;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table of a database, made by the sink. */
abstract class JdbcSinkContract extends SinkContract {
  /** Options that tell the database and an own table. */
  abstract Map<String, String> place();

  /** False if long decimals lose digits in it. */
  abstract boolean exactTypes();

  /** Whether points in time may lie before 1970. */
  abstract boolean earlyTimes();

  @Override
  protected SinkType type() {
    return new JdbcSinkType();
  }

  @Override
  protected Map<String, String> options() {
    return place();
  }

  /** Rows that were updated stand in the place of those with the same key. */
  @Override
  protected Map<String, String> options(OutputMode mode) {
    Map<String, String> options = new HashMap<>(options());
    if (mode == OutputMode.UPDATE) {
      options.put("keys", "[\"id\"]");
    }
    return options;
  }

  @Override
  protected String queryName() {
    return place().get("dbtable");
  }

  @Override
  protected boolean completeReplaces() {
    return true;
  }

  @Override
  protected boolean isReadBack(DataType type) {
    return (exactTypes() || !(type instanceof DecimalType))
        && (earlyTimes() || type != AtomicType.TIMESTAMP);
  }

  @Override
  protected List<String> visible(Schema schema) {
    LocalFileStore files = new LocalFileStore();
    JdbcSourceType type = new JdbcSourceType();
    SourceContext context =
        new SourceContext("s", any -> files, Clock.SYSTEM, "/", "/", 1, false, Session.DEFAULT);
    List<String> rows = new ArrayList<>();
    try (Source source =
        type.open(Options.of(type.options(), place()), Optional.of(schema), context)) {
      for (Split split : source.snapshot()) {
        rows.addAll(Rows.read(split, new ScanRequest(schema, List.of(), 100)));
      }
    }
    return rows;
  }
}
