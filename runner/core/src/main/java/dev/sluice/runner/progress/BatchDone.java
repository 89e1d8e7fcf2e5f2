package dev.sluice.runner.progress;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.operator.EventTimeStats;
import dev.sluice.operators.operator.StateMetrics;
import dev.sluice.runner.checkpoint.OffsetEntry;
import java.util.List;

/**
 * A batch that is done; lists are by stream, by sink, by step with event time, by stateful
 * operator.
 *
 * @param starts where it began in each stream
 * @param sources what each stream says of itself
 * @param warnings for people; without any, the progress is as Spark's
 */
public record BatchDone(
    OffsetEntry entry,
    List<Offset> starts,
    List<SourceReport> sources,
    List<Long> rowsRead,
    List<Long> rowsWritten,
    List<EventTimeStats> eventTimes,
    List<StateMetrics> states,
    List<String> warnings,
    BatchTimes times) {}
