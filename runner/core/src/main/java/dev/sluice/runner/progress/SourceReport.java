package dev.sluice.runner.progress;

import dev.sluice.connectors.Source;
import dev.sluice.operators.io.Retried;
import java.util.Map;
import java.util.Optional;

/**
 * What a source says of itself when a batch is done. To be taken by the thread that asks the source
 * for batches: another may tell it.
 *
 * @param metrics as {@link Source#metrics}
 * @param backlog as {@link Source#backlog}
 * @param retried as {@link Source#retried}
 */
public record SourceReport(
    Map<String, String> metrics, Optional<Source.Backlog> backlog, Retried retried) {
  /** As it stands now. */
  public static SourceReport of(Source source) {
    return new SourceReport(source.metrics(), source.backlog(), source.retried());
  }
}
