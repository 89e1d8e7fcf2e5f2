package dev.sluice.operators.operator;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.STRING;
import static dev.sluice.operators.operator.TestPlans.aggregate;
import static dev.sluice.operators.operator.TestPlans.batch;
import static dev.sluice.operators.operator.TestPlans.column;
import static dev.sluice.operators.operator.TestPlans.list;
import static dev.sluice.operators.operator.TestPlans.project;
import static dev.sluice.operators.operator.TestPlans.read;
import static dev.sluice.operators.operator.TestPlans.row;
import static dev.sluice.operators.operator.TestPlans.rows;
import static dev.sluice.operators.operator.TestPlans.schema;
import static dev.sluice.operators.operator.TestPlans.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Shape;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.Rel.Aggregate.Scope;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.state.OperatorMetadata;
import dev.sluice.operators.state.StateMismatchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class DataflowTest {
  private static final Schema SCHEMA = schema("k", STRING, "v", BIGINT);
  private static final List<EpochInput> INPUT =
      List.of(
          new EpochInput(
              List.of(
                  List.of(row("a", 1L), row("b", -2L), row("a", 3L)),
                  List.of(),
                  List.of(row("c", 4L)))),
          new EpochInput(List.of(List.of(row("b", 5L), row("b", 6L)), List.of(row("a", 7L)))),
          new EpochInput(List.of()));
  @TempDir Path folder;
  private final Rel.Read in = read("in", SCHEMA);
  private int runs;

  private void check(
      Rel root, OutputMode mode, boolean ordered, List<List<List<@Nullable Object>>> expected)
      throws IOException {
    for (Way way : DataflowHarness.ways(INPUT.size())) {
      var actual =
          new DataflowHarness(root, mode, "in", SCHEMA)
              .run(INPUT, way, folder.resolve("state" + runs++));
      for (int epoch = 0; epoch < expected.size(); epoch++) {
        assertThat(ordered ? actual.get(epoch) : DataflowHarness.sorted(actual.get(epoch)))
            .as("%s, epoch %s", way, epoch)
            .isEqualTo(expected.get(epoch));
      }
    }
  }

  @Test
  void filtersAndProjects() throws IOException {
    Rel filter = new Rel.Filter(in, new TestPlans.Positive(column(in, "v")), Origin.NONE);
    check(
        project(filter, column(filter, "v")),
        OutputMode.APPEND,
        false,
        List.of(List.of(row(1L), row(3L), row(4L)), List.of(row(5L), row(6L), row(7L)), List.of()));
  }

  private static Expression compare(Comparison.Operator operator, Rel input, String name, long to) {
    return new Comparison(operator, column(input, name), new Literal(BIGINT, to, "" + to));
  }

  private static List<String> pushed(Rel... roots) {
    List<EmbeddedDataflow.Output> outputs =
        Stream.of(roots).map(r -> new EmbeddedDataflow.Output(r, OutputMode.APPEND)).toList();
    try (EmbeddedDataflow dataflow = EmbeddedDataflow.inMemory(outputs, 1)) {
      return dataflow.scans().get("in").filters().stream().map(Expression::sql).toList();
    }
  }

  @Test
  void tellsTheSourceWhichRowsAreNotWanted() {
    Expression larger = compare(Comparison.Operator.GREATER, in, "v", 3);
    Rel filter =
        new Rel.Filter(
            in,
            new Logic(true, List.of(larger, new TestPlans.Positive(column(in, "v")))),
            Origin.NONE);
    Rel again =
        new Rel.Filter(filter, compare(Comparison.Operator.LESS, filter, "v", 9), Origin.NONE);
    Rel root = project(again, column(again, "v"));
    assertThat(pushed(root)).containsExactly("(v > 3)", "(v < 9)");
    try (EmbeddedDataflow dataflow =
        EmbeddedDataflow.inMemory(
            List.of(new EmbeddedDataflow.Output(root, OutputMode.APPEND)), 1)) {
      Dataflow.Scan scan = dataflow.scans().get("in");
      assertThat(scan.schema().names()).containsExactly("v");
      Batch rows = batch(scan.schema(), row(1L), row(5L));
      assertThat(rows(List.of(rows.select(new int[] {1}, 1)))).containsExactly(row(5L));
      assertThat(scan.filters().get(0).evaluate(rows, EvaluationContext.NONE).flatten().value(1))
          .isEqualTo(true);
    }
  }

  @Test
  void tellsTheSourceNothingThatAnotherUseWouldMiss() {
    Rel filter = new Rel.Filter(in, compare(Comparison.Operator.GREATER, in, "v", 3), Origin.NONE);
    assertThat(pushed(filter)).hasSize(1);
    assertThat(pushed(filter, in)).isEmpty();
    assertThat(pushed(filter, project(in, column(in, "k")))).isEmpty();
  }

  @Test
  void givesTheRowsOfAllInputsOfAUnion() throws IOException {
    Rel filter = new Rel.Filter(in, new TestPlans.Positive(column(in, "v")), Origin.NONE);
    Rel union = new Rel.Union(List.of(filter, in), schema("x", STRING, "y", BIGINT), Origin.NONE);
    check(
        project(union, column(union, "y")),
        OutputMode.APPEND,
        false,
        List.of(
            List.of(row(-2L), row(1L), row(1L), row(3L), row(3L), row(4L), row(4L)),
            List.of(row(5L), row(5L), row(6L), row(6L), row(7L), row(7L)),
            List.of()));
  }

  @Test
  void takesTheFirstRowsOfTheWholeStream() throws IOException {
    check(
        new Rel.Limit(in, 5, Origin.NONE),
        OutputMode.APPEND,
        true,
        List.of(
            List.of(row("a", 1L), row("b", -2L), row("a", 3L), row("c", 4L)),
            List.of(row("b", 5L)),
            List.of()));
  }

  @Test
  void limitsTheStreamBelowAnAggregationAndEachResultAboveIt() throws IOException {
    Rel first = new Rel.Limit(in, 5, Origin.NONE);
    Rel groups = aggregate(first, Scope.STREAM, List.of("k"), sum(column(first, "v")));
    Rel sort =
        new Rel.Sort(
            groups, List.of(new SortOrder(column(groups, "k"), false, false)), Origin.NONE);
    check(
        new Rel.Limit(sort, 2, Origin.NONE),
        OutputMode.COMPLETE,
        true,
        List.of(
            List.of(row("c", 4L), row("b", -2L)),
            List.of(row("c", 4L), row("b", 3L)),
            List.of(row("c", 4L), row("b", 3L))));
  }

  @Test
  void aggregatesTheResultOfABatchAgain() throws IOException {
    Rel groups = aggregate(in, Scope.BATCH, List.of("k"), sum(column(in, "v")));
    check(
        aggregate(groups, Scope.STREAM, List.of(), sum(column(groups, "sum(v)"))),
        OutputMode.UPDATE,
        true,
        List.of(List.of(row(6L)), List.of(row(24L)), List.of(row(24L))));
  }

  @Test
  void feedsSinksOfSeveralModesFromOneReadAndOneState() throws IOException {
    Rel groups = aggregate(in, Scope.STREAM, List.of("k"), sum(column(in, "v")));
    List<Batch> changed = new ArrayList<>();
    List<Batch> all = new ArrayList<>();
    List<Batch> raw = new ArrayList<>();
    try (EmbeddedDataflow dataflow =
        EmbeddedDataflow.create(
            List.of(
                new EmbeddedDataflow.Output(groups, OutputMode.UPDATE),
                new EmbeddedDataflow.Output(groups, OutputMode.COMPLETE),
                new EmbeddedDataflow.Output(in, OutputMode.APPEND)),
            1,
            new LocalFileStore(),
            folder.toString())) {
      dataflow.restore(0, 0);
      assertThat(dataflow.scans()).containsOnlyKeys("in");
      List<Batch> batches =
          List.of(batch(SCHEMA, row("a", 1L), row("b", 2L)), batch(SCHEMA, row("a", 3L)));
      for (int epoch = 0; epoch < 2; epoch++) {
        changed.clear();
        all.clear();
        dataflow.begin(
            new Epoch(epoch, 0, 0, 0),
            List.of(List.of(changed::add), List.of(all::add), List.of(raw::add)));
        dataflow.process("in", 0, batches.get(epoch));
        dataflow.finish();
        dataflow.commitState(epoch);
      }
      assertThat(dataflow.stateMetrics())
          .singleElement()
          .satisfies(
              metrics -> {
                assertThat(metrics.operatorName()).isEqualTo("stateStoreSave");
                assertThat(metrics.numRowsTotal()).isEqualTo(2);
                assertThat(metrics.numRowsUpdated()).isEqualTo(1);
              });
    }
    assertThat(rows(changed)).containsExactly(row("a", 4L));
    assertThat(rows(all)).containsExactly(row("a", 4L), row("b", 2L));
    assertThat(rows(raw)).containsExactly(row("a", 1L), row("b", 2L), row("a", 3L));
    assertThat(OperatorMetadata.readAll(new LocalFileStore(), folder.toString(), 0))
        .satisfiesExactly(
            metadata ->
                assertThat(metadata.description())
                    .isEqualTo("the aggregations [sum(v)] by the keys [k]"));
  }

  @Test
  void startsAgainFromTheStateBeforeABatchThatFailed() throws IOException {
    Rel groups = aggregate(in, Scope.STREAM, List.of("k"), list(column(in, "v")));
    DataflowHarness harness = new DataflowHarness(groups, OutputMode.UPDATE, "in", SCHEMA);
    Way way = new Way(2, 1, Shape.FLAT, -1);
    try (EmbeddedDataflow dataflow = harness.open(2, new LocalFileStore(), folder)) {
      dataflow.restore(0, 0);
      harness.run(dataflow, 0, INPUT.get(0), way);
      dataflow.commitState(0);
      harness.run(dataflow, 1, INPUT.get(1), way);
      dataflow.restore(1, 0);
      var rows = harness.run(dataflow, 1, INPUT.get(1), way);
      assertThat(DataflowHarness.sorted(rows))
          .containsExactly(row("a", "1 3 7 "), row("b", "-2 5 6 "));
    }
  }

  @Test
  void keepsThePartitionsOfTheCheckpointWhateverTheNumberOfWorkers() throws IOException {
    Rel groups = aggregate(in, Scope.STREAM, List.of("k"), list(column(in, "v")));
    DataflowHarness harness = new DataflowHarness(groups, OutputMode.COMPLETE, "in", SCHEMA);
    int[] workers = {3, 1, 5};
    List<List<@Nullable Object>> last = List.of();
    for (int epoch = 0; epoch < 3; epoch++) {
      Way way = new Way(workers[epoch], 2, Shape.FLAT, -1);
      try (EmbeddedDataflow dataflow = harness.open(workers[epoch], new LocalFileStore(), folder)) {
        dataflow.restore(epoch, 0);
        last = harness.run(dataflow, epoch, INPUT.get(epoch), way);
        dataflow.commitState(epoch);
        assertThat(dataflow.stateMetrics().get(0).numPartitions()).isEqualTo(3);
      }
    }
    assertThat(DataflowHarness.sorted(last))
        .containsExactly(row("a", "1 3 7 "), row("b", "-2 5 6 "), row("c", "4 "));
  }

  @Test
  void refusesTheStateOfAnotherQuery() throws IOException {
    Rel byText = aggregate(in, Scope.STREAM, List.of("k"), sum(column(in, "v")));
    DataflowHarness harness = new DataflowHarness(byText, OutputMode.UPDATE, "in", SCHEMA);
    harness.run(INPUT, new Way(2, 10, Shape.FLAT, -1), folder);
    Rel byNumber = aggregate(in, Scope.STREAM, List.of("v"), sum(column(in, "v")));
    try (EmbeddedDataflow dataflow =
        new DataflowHarness(byNumber, OutputMode.UPDATE, "in", SCHEMA)
            .open(2, new LocalFileStore(), folder)) {
      assertThatThrownBy(() -> dataflow.restore(3, 0))
          .isInstanceOf(StateMismatchException.class)
          .hasMessageContaining("by the keys [k]")
          .hasMessageContaining("by the keys [v]");
      dataflow.restore(0, 0);
    }
  }

  @Test
  void namesTheMissingMetadata() throws IOException {
    Rel groups = aggregate(in, Scope.STREAM, List.of("k"), sum(column(in, "v")));
    try (EmbeddedDataflow dataflow =
        new DataflowHarness(groups, OutputMode.UPDATE, "in", SCHEMA)
            .open(2, new LocalFileStore(), folder)) {
      assertThatThrownBy(() -> dataflow.restore(3, 0))
          .isInstanceOf(PipelineException.class)
          .hasMessageContaining("/0/_metadata/metadata' is missing");
    }
  }
}
