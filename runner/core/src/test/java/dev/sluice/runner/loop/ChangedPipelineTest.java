package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.inline.InlineSource;
import dev.sluice.connectors.noop.NoopSinkType;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.testing.SimulatedFileStore;
import dev.sluice.runner.plan.CheckpointMismatchException;
import dev.sluice.runner.plan.Plan;
import dev.sluice.runner.plan.PlannedSink;
import dev.sluice.runner.plan.PlannedSource;
import dev.sluice.runner.plan.Run;
import dev.sluice.runner.plan.Trigger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What may change in a pipeline between runs on one checkpoint, and what is refused at once. */
class ChangedPipelineTest {
  private static final Rel READ = new Rel.Read("in", LoopHarness.SCHEMA, true, Origin.NONE);
  private final SimulatedFileStore files = new SimulatedFileStore();

  private static LoopHarness harness(boolean stateful) {
    LoopHarness harness = new LoopHarness("/q");
    harness.query = stateful ? LoopHarness.Query.SUMS : LoopHarness.Query.PASS;
    return harness;
  }

  /** Runs a pipeline once, then changed; what made the second run fail. */
  private @Nullable Throwable changed(boolean stateful, UnaryOperator<Plan> change)
      throws InterruptedException {
    assertThat(harness(stateful).run(files)).isNull();
    LoopHarness harness = harness(stateful);
    List<String> before = files.locations();
    try (Run run =
        harness.engine().start(change.apply(harness.plan()), harness.environment(files))) {
      run.await();
      return null;
    } catch (RuntimeException e) {
      assertThat(files.locations()).isEqualTo(before);
      return e;
    }
  }

  private static Plan withRel(Plan plan, Rel rel) {
    PlannedSink sink = plan.sinks().get(0);
    return withSink(plan, sink.type(), sink.options(), sink.fingerprint(), rel);
  }

  private static Plan withSink(
      Plan plan, SinkType type, Options options, String fingerprint, Rel rel) {
    PlannedSink old = plan.sinks().get(0);
    PlannedSink sink =
        new PlannedSink(
            "out", rel, type, options, List.of(), old.mode(), fingerprint, SourcePosition.NOWHERE);
    return new Plan(
        plan.name(),
        plan.sources(),
        List.of(sink),
        plan.trigger(),
        plan.checkpointLocation(),
        plan.settings(),
        plan.baseDirectory());
  }

  private static Plan withSources(Plan plan, List<PlannedSource> sources) {
    return new Plan(
        plan.name(),
        sources,
        plan.sinks(),
        plan.trigger(),
        plan.checkpointLocation(),
        plan.settings(),
        plan.baseDirectory());
  }

  private static Rel sumBy(String key, String value) {
    int keyIndex = LoopHarness.SCHEMA.indexesOf(key).get(0);
    ColumnReference keyColumn =
        new ColumnReference(keyIndex, key, LoopHarness.SCHEMA.field(keyIndex).type(), true);
    ColumnReference valueColumn = new ColumnReference(1, value, AtomicType.BIGINT, true);
    return new Rel.Aggregate(
        READ,
        List.of(new NamedExpression(key, keyColumn)),
        List.of(
            new NamedAggregation(
                "total", new SumAggregation(valueColumn), false, Optional.empty())),
        Rel.Aggregate.Scope.STREAM,
        new Origin("steps[0] (groupBy)", SourcePosition.NOWHERE));
  }

  @Test
  void projectionsOfAQueryWithoutStateMayChange() throws Exception {
    Rel project =
        new Rel.Project(
            READ,
            List.of(new NamedExpression("v", new ColumnReference(1, "v", AtomicType.BIGINT, true))),
            Origin.NONE);
    assertThat(changed(false, plan -> withRel(plan, project))).isNull();
  }

  @Test
  void triggerMayChange() throws Exception {
    assertThat(
            changed(
                true,
                plan ->
                    new Plan(
                        plan.name(),
                        plan.sources(),
                        plan.sinks(),
                        new Trigger.Once(),
                        plan.checkpointLocation(),
                        plan.settings(),
                        plan.baseDirectory())))
        .isNull();
  }

  @Test
  void sinkWithoutAPlaceOfItsOwnMayTakeOver() throws Exception {
    NoopSinkType noop = new NoopSinkType();
    assertThat(
            changed(
                false,
                plan -> withSink(plan, noop, Options.of(noop.options(), Map.of()), "noop", READ)))
        .isNull();
  }

  @Test
  void anotherKeyIsRefusedNamingTheStep() throws Exception {
    assertThat(changed(true, plan -> withRel(plan, sumBy("v", "v"))))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("steps[0] (groupBy) changed")
        .hasMessageContaining("new checkpointLocation");
  }

  @Test
  void anotherAggregateIsRefusedNamingTheStep() throws Exception {
    assertThat(changed(true, plan -> withRel(plan, sumBy("k", "w"))))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("steps[0] (groupBy) changed")
        .hasMessageContaining("sum(w)");
  }

  @Test
  void stepWithStateThatIsNewOrGoneIsRefused() throws Exception {
    assertThat(changed(false, plan -> withRel(plan, sumBy("k", "v"))))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("steps[0] (groupBy) keeps state that the checkpoint does not have");
  }

  @Test
  void anotherOutputFolderIsRefused() throws Exception {
    LedgerSinkType type = new LedgerSinkType();
    assertThat(
            changed(
                false,
                plan ->
                    withSink(
                        plan,
                        type,
                        Options.of(type.options(), Map.of("path", "/elsewhere")),
                        "ledger{path=/elsewhere}",
                        READ)))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining(
            "sink 'out' changed from 'ledger{path=/q/out}' to 'ledger{path=/elsewhere}'");
  }

  @Test
  void sourcesMayNeitherChangeNorGrow() throws Exception {
    assertThat(
            changed(
                false,
                plan -> {
                  PlannedSource old = plan.sources().get(0);
                  return withSources(
                      plan,
                      List.of(
                          new PlannedSource(
                              "in",
                              "json",
                              old.source(),
                              true,
                              "json{path=/data}",
                              SourcePosition.NOWHERE)));
                }))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("source 'in' changed from 'inline' to 'json{path=/data}'");
    assertThat(
            changed(
                false,
                plan -> withSources(plan, List.of(plan.sources().get(0), plan.sources().get(0)))))
        .isInstanceOf(CheckpointMismatchException.class)
        .hasMessageContaining("there are [1] sources");
  }

  @Test
  void pipelineThatHasRunNoBatchMayChangeFreely() {
    LoopHarness idle = harness(true);
    idle.source = InlineSource.of(LoopHarness.SCHEMA, List.of());
    assertThat(idle.run(files)).isNull();
    assertThat(harness(false).run(files)).isNull();
  }
}
