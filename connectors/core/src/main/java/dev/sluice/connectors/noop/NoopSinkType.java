package dev.sluice.connectors.noop;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.Write;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.OutputMode;
import java.util.List;
import java.util.Set;

/** {@code noop}: everything is computed and nothing written. */
public final class NoopSinkType implements SinkType {
  @Override
  public String name() {
    return "noop";
  }

  @Override
  public boolean supportsContinuous() {
    return true;
  }

  @Override
  public String summary() {
    return "Throws the rows away: for measuring all the rest";
  }

  @Override
  public List<Option> options() {
    return List.of();
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.values());
  }

  @Override
  public boolean allowsTemporaryCheckpoint() {
    return true;
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    return new NoopSink();
  }

  private static final class NoopSink implements Sink {
    @Override
    public String description() {
      return "NoopTable";
    }

    @Override
    public boolean hidesUntilCommit() {
      return true;
    }

    @Override
    public boolean mayRegroup() {
      return true;
    }

    @Override
    public Write begin(long epochId) {
      return Write.NOTHING;
    }

    @Override
    public void close() {}
  }
}
