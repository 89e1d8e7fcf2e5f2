package dev.sluice.connectors;

import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStores;
import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * What a sink gets from the engine.
 *
 * @param queryName the pipeline's name
 * @param queryId the query's identity in its checkpoint, the same over all its runs
 * @param index which of the query's sinks it is, from 0
 * @param out where data for people and pipes goes: the process's stdout
 * @param baseDirectory where relative paths of the pipeline file start
 * @param recovered true if the query goes on from a checkpoint
 * @param notes takes a line for people, which is no data: it goes where the query's progress goes
 * @param continuous true under the trigger {@code continuous}: rows are to be seen when they are
 *     written, at least once
 */
public record SinkContext(
    String queryName,
    String queryId,
    int index,
    FileStores files,
    Clock clock,
    PrintStream out,
    String baseDirectory,
    boolean recovered,
    Session session,
    Consumer<String> notes,
    boolean continuous) {
  /**
   * Of a new query that runs in batches, for a sink by itself: the query's id is its name, its only
   * sink writes to the process's stdout, relative paths start at the root, and nobody reads notes.
   */
  public static SinkContext of(String queryName, FileStores files) {
    return new SinkContext(
        queryName,
        queryName,
        0,
        files,
        Clock.SYSTEM,
        System.out,
        "/",
        false,
        Session.DEFAULT,
        line -> {},
        false);
  }

  /** The same for a query of another identity. */
  public SinkContext withQueryId(String queryId) {
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
        continuous);
  }

  /** The same for another of the query's sinks. */
  public SinkContext withIndex(int index) {
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
        continuous);
  }

  /** The same by another clock. */
  public SinkContext withClock(Clock clock) {
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
        continuous);
  }

  /** The same with another place for data that people and pipes read. */
  public SinkContext withOut(PrintStream out) {
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
        continuous);
  }

  /** The same with relative paths that start elsewhere. */
  public SinkContext withBaseDirectory(String baseDirectory) {
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
        continuous);
  }

  /** The same for a query that goes on from a checkpoint, or does not. */
  public SinkContext withRecovered(boolean recovered) {
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
        continuous);
  }

  /** The same in another session. */
  public SinkContext withSession(Session session) {
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
        continuous);
  }

  /** The same with a reader of notes. */
  public SinkContext withNotes(Consumer<String> notes) {
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
        continuous);
  }
}
