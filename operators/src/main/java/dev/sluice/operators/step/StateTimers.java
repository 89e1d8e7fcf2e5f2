package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.operators.plan.StateProgram.Clock;
import dev.sluice.operators.plan.StateProgram.Each;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the {@code timers} of a state. */
final class StateTimers {
  private static final Expression FALSE = new Literal(AtomicType.BOOLEAN, false, "false");

  private final StepContext context;
  private final StateExpressions scoped;
  private final StateAssignments assignments;
  private final StateEmissions emissions;

  StateTimers(
      StepContext context,
      StateExpressions scoped,
      StateAssignments assignments,
      StateEmissions emissions) {
    this.context = context;
    this.scoped = scoped;
    this.assignments = assignments;
    this.emissions = emissions;
  }

  /** The names that are given; reports one that is given twice, or beside a timeout. */
  static List<String> names(Node.Mapping value, Problems problems) {
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Node.Entry entry : value.get("timers").map(StepValues::entries).orElse(List.of())) {
      String name = entry.key().value();
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        problems.error(
            "duplicate-key",
            entry.key().at(),
            "the timer '" + name + "' is given twice",
            "names are the same whatever their case; give one another name");
        continue;
      }
      names.add(name);
    }
    Optional<Node> timeout = value.get("timeout");
    if (!names.isEmpty() && timeout.isPresent()) {
      problems.error(
          "conflicting-keys",
          timeout.get().at(),
          "a state has a 'timeout' or 'timers', not both",
          "make the timeout one of the timers");
    }
    return names;
  }

  /** All timers; mistakes are told. */
  List<StateProgram.Timer> read(Node.Mapping value) {
    List<StateProgram.Timer> timers = new ArrayList<>();
    Node.@Nullable Entry first = null;
    for (Node.Entry entry : value.get("timers").map(StepValues::entries).orElse(List.of())) {
      // One that has neither has been refused.
      if (!(entry.value() instanceof Node.Mapping timer)
          || timer.get("eventTime").or(() -> timer.get("processingTime")).isEmpty()) {
        continue;
      }
      first = first == null ? entry : first;
      Clock usual = clock(first.value());
      if (clock(timer) != usual) {
        scoped
            .problems()
            .error(
                "conflicting-keys",
                entry.key().at(),
                "the timers of a state go by one clock, and '"
                    + first.key().value()
                    + "' by "
                    + (usual == Clock.EVENT_TIME ? "event time" : "processing time"),
                "let all have 'eventTime', or all 'processingTime'");
      } else {
        timer(entry, timer, usual).ifPresent(timers::add);
      }
    }
    return timers;
  }

  private static Clock clock(Node timer) {
    return timer instanceof Node.Mapping mapping && mapping.get("eventTime").isPresent()
        ? Clock.EVENT_TIME
        : Clock.PROCESSING_TIME;
  }

  private Optional<StateProgram.Timer> timer(Node.Entry entry, Node.Mapping timer, Clock clock) {
    boolean byEvents = clock == Clock.EVENT_TIME;
    if (byEvents && Rel.streams(context.input()) && EventTime.columns(context.input()).isEmpty()) {
      scoped
          .problems()
          .error(
              "unsupported-operation",
              timer.at(),
              "an event-time timer goes by a watermark, and there is none",
              "put a 'watermark' step before it, or use 'processingTime'");
    }
    Optional<Expression> at =
        timer
            .get(byEvents ? "eventTime" : "processingTime")
            .flatMap(node -> at(scoped, clock, (Node.Text) node));
    Optional<Expression> when = condition(timer, "when");
    Optional<Expression> delete = condition(timer, "delete");
    StateProgram.OnTimer then =
        timer.get("onTimer").orElse(null) instanceof Node.Mapping block
            ? onTimer(block, clock)
            : new StateProgram.OnTimer(StateProgram.Update.NONE, List.of(), List.of(), FALSE);
    return at.map(
        time -> new StateProgram.Timer(entry.key().value(), clock, time, when, delete, then));
  }

  private Optional<Expression> condition(Node.Mapping block, String key) {
    return block.get(key).flatMap(node -> scoped.condition((Node.Text) node));
  }

  private static Optional<Expression> at(StateExpressions scoped, Clock clock, Node.Text text) {
    return clock == Clock.EVENT_TIME
        ? scoped.timestamp(text, "timer")
        : scoped.duration(text, "timer");
  }

  private StateProgram.OnTimer onTimer(Node.Mapping block, Clock clock) {
    StateProgram.Update update =
        block.get("update").isPresent() ? assignments.update(block) : StateProgram.Update.NONE;
    List<StateProgram.Emission> emit =
        block.get("emit").map(node -> emissions.read(node, Each.BATCH)).orElse(List.of());
    return new StateProgram.OnTimer(
        update, settings(block, scoped, clock), emit, condition(block, "remove").orElse(FALSE));
  }

  /** The {@code timers} of a block: what they are set to. */
  static List<StateProgram.Setting> settings(
      Node.Mapping block, StateExpressions scoped, Clock clock) {
    List<StateProgram.Setting> settings = new ArrayList<>();
    List<String> names = scoped.timers();
    for (Node.Entry entry : block.get("timers").map(StepValues::entries).orElse(List.of())) {
      String name = entry.key().value();
      OptionalInt timer =
          IntStream.range(0, names.size())
              .filter(i -> names.get(i).equalsIgnoreCase(name))
              .findFirst();
      if (timer.isEmpty()) {
        scoped
            .problems()
            .error(
                "unknown-name",
                entry.key().at(),
                "the state has no timer '" + name + "'",
                Names.suggestion(name, names));
      } else if (entry.value() instanceof Node.Text text) {
        at(scoped, clock, text)
            .ifPresent(at -> settings.add(new StateProgram.Setting(timer.getAsInt(), at)));
      }
    }
    return settings;
  }
}
