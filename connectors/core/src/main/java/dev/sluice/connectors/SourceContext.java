package dev.sluice.connectors;

import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;

/**
 * What a source gets from the engine.
 *
 * @param name the source's name in the pipeline
 * @param files file stores by location
 * @param logDirectory {@code CHECKPOINT/sources/I}, the source's own; not made yet
 * @param baseDirectory where relative paths of the pipeline file start
 * @param parallelism how many workers will read
 * @param streaming false if it is read as a table, from its beginning to its end: then the source
 *     has no log
 * @param recovered true if the query goes on from a checkpoint that is there
 */
public record SourceContext(
    String name,
    FileStores files,
    Clock clock,
    String logDirectory,
    String baseDirectory,
    int parallelism,
    boolean streaming,
    boolean recovered,
    Session session) {
  /** Of a checkpoint that is yet to be made, or of none. */
  public SourceContext(
      String name,
      FileStores files,
      Clock clock,
      String logDirectory,
      String baseDirectory,
      int parallelism,
      boolean streaming,
      Session session) {
    this(name, files, clock, logDirectory, baseDirectory, parallelism, streaming, false, session);
  }

  /** Of a stream. */
  public SourceContext(
      String name,
      FileStores files,
      Clock clock,
      String logDirectory,
      String baseDirectory,
      int parallelism,
      Session session) {
    this(name, files, clock, logDirectory, baseDirectory, parallelism, true, session);
  }

  /** The same for another number of workers. */
  public SourceContext withParallelism(int workers) {
    return new SourceContext(
        name, files, clock, logDirectory, baseDirectory, workers, streaming, recovered, session);
  }
}
