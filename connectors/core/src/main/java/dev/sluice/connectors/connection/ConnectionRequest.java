package dev.sluice.connectors.connection;

import dev.sluice.connectors.SourceContext;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.Locations;
import dev.sluice.operators.plan.OutputMode;
import java.util.List;
import java.util.Optional;

/**
 * What is to be checked.
 *
 * @param name the source's or sink's name in the pipeline
 * @param options checked, with secrets read
 * @param schema of a source, the declared columns, if any; of a sink, those of its rows, if they
 *     are known
 * @param partitionBy of a sink
 * @param mode of a sink
 * @param streaming of a source: false if it is read as a table
 * @param files stores that give up soon where nobody answers
 * @param baseDirectory where relative paths of the pipeline file start
 * @param patienceMillis how long an answer may take: a check that knows a limit of its own should
 *     end within it, since its words say more than "no answer"
 */
public record ConnectionRequest(
    String name,
    Options options,
    Optional<Schema> schema,
    List<String> partitionBy,
    OutputMode mode,
    boolean streaming,
    FileStores files,
    String baseDirectory,
    Session session,
    Clock clock,
    long patienceMillis) {

  /** The absolute location of an option. */
  public String location(String option) {
    return Locations.resolve(options.text(option), baseDirectory);
  }

  /** For a source that is opened to be looked at, as a table: it has no log. */
  public SourceContext sourceContext() {
    return new SourceContext(name, files, clock, baseDirectory, baseDirectory, 1, false, session);
  }
}
