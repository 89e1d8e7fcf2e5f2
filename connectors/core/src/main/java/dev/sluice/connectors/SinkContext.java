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
    boolean continuous) {}
