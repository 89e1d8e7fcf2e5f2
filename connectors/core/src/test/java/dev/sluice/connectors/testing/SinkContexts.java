package dev.sluice.connectors.testing;

import dev.sluice.connectors.SinkContext;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * What a sink under test gets from an engine: that of a new query that runs in batches. Unless told
 * otherwise the query's id is its name, its only sink writes to the process's stdout, relative
 * paths start at the root, and nobody reads notes.
 */
public final class SinkContexts {
  private final String queryName;
  private final FileStores files;
  private String queryId;
  private int index;
  private Clock clock = Clock.SYSTEM;
  private PrintStream out = System.out;
  private String baseDirectory = "/";
  private boolean recovered;
  private Session session = Session.DEFAULT;
  private Consumer<String> notes = line -> {};

  private SinkContexts(String queryName, FileStores files) {
    this.queryName = queryName;
    this.queryId = queryName;
    this.files = files;
  }

  public static SinkContexts of(String queryName, FileStores files) {
    return new SinkContexts(queryName, files);
  }

  public SinkContexts queryId(String id) {
    queryId = id;
    return this;
  }

  public SinkContexts index(int of) {
    index = of;
    return this;
  }

  public SinkContexts clock(Clock other) {
    clock = other;
    return this;
  }

  public SinkContexts out(PrintStream other) {
    out = other;
    return this;
  }

  public SinkContexts baseDirectory(String folder) {
    baseDirectory = folder;
    return this;
  }

  /** Whether the query goes on from a checkpoint. */
  public SinkContexts recovered(boolean is) {
    recovered = is;
    return this;
  }

  public SinkContexts session(Session other) {
    session = other;
    return this;
  }

  public SinkContexts notes(Consumer<String> reader) {
    notes = reader;
    return this;
  }

  public SinkContext build() {
    return new SinkContext(
        queryName,
        queryId,
        index,
        files,
        clock,
        out,
        baseDirectory,
        recovered,
        session,
        notes,
        false);
  }
}
