package dev.sluice.runner.pipeline;

import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.WindowColumns;
import dev.sluice.runner.pipeline.Pieces.SinkPiece;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which queries a stream can answer in which output mode. Rules and texts are Spark's, where the
 * query is refused before it starts.
 */
final class OutputRules {
  private static final String UNSUPPORTED = "unsupported-operation";

  private final OutputMode mode;
  private final SourcePosition modeAt;
  private final Problems problems;
  private final Set<Rel> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private OutputRules(OutputMode mode, SourcePosition modeAt, Problems problems) {
    this.mode = mode;
    this.modeAt = modeAt;
    this.problems = problems;
  }

  /**
   * Checks the rows of one sink.
   *
   * @param modeAt where the output mode stands, or the sink if it is the default
   */
  static void check(Rel root, OutputMode mode, SourcePosition modeAt, Problems problems) {
    OutputRules rules = new OutputRules(mode, modeAt, problems);
    if (!Rel.streams(root)) {
      problems.error(
          UNSUPPORTED,
          modeAt,
          "Queries without streaming sources cannot be executed with writeStream.start()",
          "leave out 'static: true' of a source");
      return;
    }
    rules.checkMode(root);
    StateRules.check(root, mode, modeAt, !runningIn(root).isEmpty(), problems);
    EventTimeRules.check(root, problems);
    rules.visit(root);
  }

  static boolean isRunning(Rel rel) {
    return rel instanceof Rel.Aggregate aggregate
        && aggregate.scope() == Rel.Aggregate.Scope.STREAM
        && Rel.streams(rel);
  }

  /** Running aggregations in this node and below, the upper ones first. */
  static List<Rel> runningIn(Rel rel) {
    List<Rel> found = new ArrayList<>();
    if (isRunning(rel)) {
      found.add(rel);
    }
    rel.inputs().forEach(input -> found.addAll(runningIn(input)));
    return found;
  }

  private void checkMode(Rel root) {
    List<Rel> running = runningIn(root);
    if (mode == OutputMode.APPEND && !running.stream().allMatch(OutputRules::ends)) {
      refuseMode(
          "streaming aggregations without watermark",
          "use outputMode update or complete, or put a 'watermark' step before it and its column,"
              + " or a window of it, among the keys");
    } else if (mode == OutputMode.COMPLETE && running.isEmpty()) {
      refuseMode("no streaming aggregations", "use outputMode append");
    } else if (mode == OutputMode.UPDATE && running.stream().anyMatch(OutputRules::isSessions)) {
      refuseMode(
          "session window streaming aggregations",
          "use outputMode append: a session comes out once it is over");
    }
    if (mode != OutputMode.APPEND) {
      EventTimeRules.refuseStateAbove(root, mode, problems);
    }
  }

  /** True if the groups of a running aggregation are over some time: a key is event time. */
  private static boolean ends(Rel aggregate) {
    int keys = ((Rel.Aggregate) aggregate).keys().size();
    return EventTime.columns(aggregate).stream().anyMatch(column -> column.index() < keys);
  }

  private static boolean isSessions(Rel aggregate) {
    return aggregate.inputs().get(0) instanceof Rel.Sessions;
  }

  /**
   * Checks sinks that are fed by one aggregation: groups that end by event time are given once and
   * forgotten, or all kept for a complete result, and cannot be both.
   */
  static void checkTogether(List<SinkPiece> sinks, Problems problems) {
    Map<Rel, OutputMode> modes = new IdentityHashMap<>();
    for (SinkPiece sink : sinks) {
      for (Rel aggregate : sink.rel().map(OutputRules::runningIn).orElse(List.of())) {
        OutputMode other = modes.putIfAbsent(aggregate, sink.mode());
        boolean mixed = (other == OutputMode.COMPLETE) != (sink.mode() == OutputMode.COMPLETE);
        if (other != null && mixed && ends(aggregate)) {
          problems.error(
              "unsupported-output-mode",
              sink.at(),
              "outputMode "
                  + sink.mode()
                  + " and "
                  + other
                  + " cannot both be fed by the aggregation at "
                  + aggregate.origin().at()
                  + ", whose groups end by event time",
              "use one of them, or give each sink a pipeline of its own");
        }
      }
    }
  }

  private void refuseMode(String query, String remedy) {
    problems.error(
        "unsupported-output-mode",
        modeAt,
        "[STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION] Invalid streaming output mode: "
            + mode
            + ". This output mode is not supported for "
            + query
            + " on streaming DataFrames/DataSets",
        remedy);
  }

  /** Once a node, however many read it. */
  private void visit(Rel rel) {
    if (!seen.add(rel)) {
      return;
    }
    SourcePosition at = rel.origin().at();
    if (rel instanceof Rel.Sort && Rel.streams(rel)) {
      if (mode != OutputMode.COMPLETE || runningIn(rel).isEmpty()) {
        problems.error(
            UNSUPPORTED,
            at,
            "Sorting is not supported on streaming DataFrames/Datasets, unless it is on aggregated"
                + " DataFrame/Dataset in Complete output mode",
            null);
      }
    } else if (rel instanceof Rel.Window window
        && window.scope() == Rel.Aggregate.Scope.STREAM
        && endless(rel)) {
      String function = window.functions().get(0).function().sql();
      problems.error(
          "non-time-window-not-supported-in-streaming",
          at,
          "Window function is not supported in "
              + function
              + " on streaming DataFrames/Datasets: the rows of a stream never end, so that none has"
              + " a last place among them",
          "group by a window of time, or rank the groups of each batch: groupBy with perBatch: true");
    } else if (rel instanceof Rel.Limit limit && limit.skip() > 0 && Rel.streams(rel)) {
      problems.error(
          UNSUPPORTED,
          at,
          "Offset is not supported on streaming DataFrames/Datasets",
          "the rows of a stream have no order in which some could be passed over");
    } else if (rel instanceof Rel.Limit && mode == OutputMode.UPDATE && Rel.streams(rel)) {
      problems.error(
          UNSUPPORTED,
          at,
          "Limits are not supported on streaming DataFrames/Datasets in Update output mode",
          null);
    } else if (rel instanceof Rel.Aggregate aggregate && isRunning(rel)) {
      if (aggregate.aggregations().stream().anyMatch(NamedAggregation::distinct)) {
        problems.error(
            UNSUPPORTED,
            at,
            "Distinct aggregations are not supported on streaming DataFrames/Datasets. Consider"
                + " using approx_count_distinct() instead",
            null);
      }
      if (isSessions(rel) && aggregate.keys().size() == 1) {
        problems.error(
            UNSUPPORTED,
            at,
            "Global aggregation with session window in streaming query is not supported",
            "name another key: whose sessions they are");
      }
    } else if (rel instanceof Rel.Union union
        && union.inputs().stream().map(Rel::streams).distinct().count() > 1) {
      problems.error(
          UNSUPPORTED,
          at,
          "Union between streaming and batch DataFrames/Datasets is not supported",
          null);
    } else if (rel instanceof Rel.Join join && Rel.streams(rel)) {
      checkJoin(join);
    }
    if (Rel.streams(rel)) {
      expressions(rel).forEach(expression -> refuseCounter(expression, at));
      expressions(rel).forEach(expression -> refuseTimeOfOther(rel, expression));
    }
    rel.inputs().forEach(this::visit);
  }

  /** Which side may be a table: the one whose rows need not come out without a partner. */
  private void checkJoin(Rel.Join join) {
    SourcePosition at = join.origin().at();
    boolean left = Rel.streams(join.left());
    boolean right = Rel.streams(join.right());
    if (left && right) {
      StreamJoinRules.check(join, mode, problems);
      return;
    }
    boolean supported =
        switch (join.type()) {
          case INNER, CROSS -> true;
          case LEFT_OUTER, LEFT_SEMI, LEFT_ANTI, EXISTENCE, LEFT_SINGLE -> left;
          case RIGHT_OUTER -> right;
          case FULL_OUTER -> false;
        };
    if (!supported) {
      problems.error(
          UNSUPPORTED,
          at,
          StreamJoinRules.words(join.type())
              + " join with a streaming DataFrame/Dataset on the "
              + (left ? "left" : "right")
              + " and a static DataFrame/Dataset on the "
              + (left ? "right" : "left")
              + " is not supported",
          "let the stream be the side whose rows all come out");
    }
  }

  /** Whether rows of a stream come here one by one, not as the whole of each batch's groups. */
  private static boolean endless(Rel rel) {
    if (rel instanceof Rel.Aggregate aggregate && aggregate.scope() == Rel.Aggregate.Scope.BATCH) {
      return false;
    }
    return rel instanceof Rel.Read read
        ? read.streaming()
        : rel.inputs().stream().anyMatch(OutputRules::endless);
  }

  private static List<Expression> expressions(Rel rel) {
    List<Expression> found = new ArrayList<>();
    if (rel instanceof Rel.Project project) {
      project.expressions().forEach(named -> found.add(named.expression()));
    } else if (rel instanceof Rel.Filter filter) {
      found.add(filter.condition());
    } else if (rel instanceof Rel.Join join) {
      found.add(join.condition());
    } else if (rel instanceof Rel.Generate generate) {
      found.addAll(generate.generator().arguments());
    } else if (rel instanceof Rel.Sort sort) {
      sort.orders().forEach(order -> found.add(order.expression()));
    } else if (rel instanceof Rel.Aggregate aggregate) {
      aggregate.keys().forEach(key -> found.add(key.expression()));
      for (NamedAggregation named : aggregate.aggregations()) {
        found.addAll(named.aggregation().arguments());
        named.filter().ifPresent(found::add);
      }
    }
    return found;
  }

  private void refuseTimeOfOther(Rel rel, Expression expression) {
    WindowColumns.misused(rel, expression)
        .ifPresent(
            time ->
                problems.error(
                    "not-a-window",
                    rel.origin().places().find(time).orElse(rel.origin().at()),
                    "The input is not a correct window column: " + time.sql(),
                    "give it a column that window() or session_window() has made, as it is"));
  }

  /** Its numbers depend on how often a query was started. */
  private void refuseCounter(Expression expression, SourcePosition at) {
    if (expression.sql().equals("monotonically_increasing_id()")) {
      problems.error(
          UNSUPPORTED,
          at,
          "Expression(s): monotonically_increasing_id() is not supported with streaming"
              + " DataFrames/Datasets",
          null);
    }
    expression.children().forEach(child -> refuseCounter(child, at));
  }
}
