package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.operators.plan.StateProgram.Each;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the value of {@code transformWithState}; tells all mistakes in it. */
final class StateProgramReader {
  private static final Expression TRUE = new Literal(AtomicType.BOOLEAN, true, "true");
  private static final Expression FALSE = new Literal(AtomicType.BOOLEAN, false, "false");

  private final StepContext context;
  private final Node.Mapping value;
  private final Schema input;
  private final Problems problems;

  StateProgramReader(StepContext context, Node.Mapping value) {
    this.context = context;
    this.value = value;
    this.input = context.input().schema();
    this.problems = context.problems();
  }

  /**
   * Empty after a mistake.
   *
   * @param initialRows what states begin with; empty if nothing, or if it is not known
   */
  Optional<StateProgram> read(Optional<Rel> initialRows) {
    int before = problems.errorCount();
    List<NamedExpression> keys = keys();
    List<Long> ttls = new ArrayList<>();
    Optional<Schema> state = value.get("state").flatMap(node -> state(node, ttls));
    List<String> timerNames = StateTimers.names(value, problems);
    if (state.isEmpty()) {
      return Optional.empty();
    }
    StateExpressions scoped = new StateExpressions(context, keys, state.get(), input, timerNames);
    StateAssignments assignments = new StateAssignments(scoped);
    List<Expression> init =
        value.get("init").isPresent() ? assignments.initial(value.get("init").get()) : List.of();
    StateProgram.Update update = assignments.update(value);
    StateEmissions emissions = new StateEmissions(scoped);
    List<StateProgram.Emission> emit =
        value.get("emit").map(node -> emissions.read(node, Each.ROW)).orElse(List.of());
    Each usual = emit.stream().anyMatch(e -> e.each() == Each.BATCH) ? Each.BATCH : Each.ROW;
    Optional<StateProgram.Removal> removal =
        value.get("remove").flatMap(node -> removal(node, usual, scoped));
    Optional<StateProgram.Timeout> timeout =
        value.get("timeout").flatMap(node -> timeout(node, scoped));
    StateProgram.OnTimeout onTimeout = onTimeout(timeout, scoped, emissions);
    List<StateProgram.Timer> timers =
        new StateTimers(context, scoped, assignments, emissions).read(value);
    long ttl = value.get("ttl").map(node -> ttl((Node.Text) node)).orElse(0L);
    Optional<StateProgram.Initial> initial =
        initialRows.flatMap(rows -> initial(rows, keys, scoped, timers));
    boolean silent =
        emit.isEmpty()
            && onTimeout.emissions().isEmpty()
            && timers.stream().allMatch(timer -> timer.then().emissions().isEmpty());
    if (silent && problems.errorCount() == before) {
      problems.error(
          "missing-key",
          context.origin().at(),
          "nothing comes out: there is no 'emit'",
          "say which columns do: emit: {select: [key.*, state.*]}");
    }
    if (problems.errorCount() > before) {
      return Optional.empty();
    }
    return Optional.of(
        new StateProgram(
            keys,
            state.get(),
            ttls,
            init,
            update,
            timers,
            emit,
            removal,
            timeout,
            onTimeout,
            ttl,
            outputMode(),
            initial));
  }

  private Optional<StateProgram.Initial> initial(
      Rel rows,
      List<NamedExpression> keys,
      StateExpressions scoped,
      List<StateProgram.Timer> timers) {
    StateProgram.Clock clock =
        timers.isEmpty() ? StateProgram.Clock.EVENT_TIME : timers.get(0).clock();
    return value.get("initialState").orElse(null) instanceof Node.Mapping block
        ? new InitialStateReader(context, block, rows, keys, scoped).read(clock)
        : Optional.empty();
  }

  private List<NamedExpression> keys() {
    List<NamedExpression> keys = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Node.Text text : value.get("keys").map(StepValues::texts).orElse(List.of())) {
      // A key that is wrong is there all the same, lest 'key.NAME' be called unknown.
      Optional<NamedExpression> key =
          StepExpressions.key(context, text, input).or(() -> Optional.of(unknownKey(text)));
      if (key.isPresent() && !seen.add(key.get().name().toLowerCase(Locale.ROOT))) {
        duplicate("key", key.get().name(), text.at());
      } else {
        key.ifPresent(keys::add);
      }
    }
    return keys;
  }

  private static NamedExpression unknownKey(Node.Text text) {
    String written = text.value().trim();
    return new NamedExpression(
        written.substring(written.lastIndexOf(' ') + 1),
        new Literal(AtomicType.NULL, null, "NULL"));
  }

  private void duplicate(String what, String name, SourcePosition at) {
    problems.error(
        "duplicate-column",
        at,
        "the " + what + " '" + name + "' is given twice",
        "names are the same whatever their case; give one another name, with AS");
  }

  /**
   * The columns of the state.
   *
   * @param ttls gets how long the values of each live, in milliseconds, 0 for ever
   */
  private Optional<Schema> state(Node node, List<Long> ttls) {
    List<Field> fields = new ArrayList<>();
    if (node instanceof Node.Text ddl) {
      Optional<Schema> schema = TypeParser.parseSchema(ddl, problems);
      schema.ifPresent(s -> s.fields().forEach(f -> fields.add(new Field(f.name(), f.type()))));
      fields.forEach(field -> ttls.add(0L));
    }
    for (Node.Entry entry : StepValues.entries(node)) {
      Node of = entry.value();
      Optional<Node> type =
          of instanceof Node.Mapping mapping ? mapping.get("type") : Optional.of(of);
      Optional<Node> ttl =
          of instanceof Node.Mapping mapping ? mapping.get("ttl") : Optional.empty();
      // A column whose type is wrong, or has been refused, is there all the same.
      DataType parsed =
          type.filter(Node.Text.class::isInstance)
              .flatMap(text -> TypeParser.parseType((Node.Text) text, problems))
              .orElse(AtomicType.NULL);
      fields.add(new Field(entry.key().value(), parsed));
      ttls.add(ttl.map(length -> ttl((Node.Text) length)).orElse(0L));
    }
    Set<String> seen = new HashSet<>();
    List<Field> distinct = new ArrayList<>();
    for (Field field : fields) {
      if (seen.add(field.name().toLowerCase(Locale.ROOT))) {
        distinct.add(field);
      } else {
        duplicate("column of the state", field.name(), node.at());
      }
    }
    return distinct.isEmpty() ? Optional.empty() : Optional.of(new Schema(distinct));
  }

  private Optional<StateProgram.Removal> removal(Node node, Each usual, StateExpressions scoped) {
    Optional<Node.Text> when = Optional.empty();
    Each each = usual;
    if (node instanceof Node.Text text) {
      when = Optional.of(text);
    } else if (node instanceof Node.Mapping mapping) {
      when = mapping.get("when").map(Node.Text.class::cast);
      each = StateEmissions.each(mapping, usual);
    }
    if (usual == Each.BATCH && each == Each.ROW) {
      problems.error(
          "conflicting-keys",
          node.at(),
          "'remove' after each row takes away what 'emit' gives once a batch",
          "let both be 'each: row', or both 'each: batch'");
    }
    Each chosen = each;
    return when.flatMap(scoped::condition).map(c -> new StateProgram.Removal(chosen, c));
  }

  private Optional<StateProgram.Timeout> timeout(Node node, StateExpressions scoped) {
    if (!(node instanceof Node.Mapping mapping)) {
      return Optional.empty();
    }
    if (mapping.get("eventTime").orElse(null) instanceof Node.Text text) {
      if (Rel.streams(context.input()) && EventTime.columns(context.input()).isEmpty()) {
        problems.error(
            "unsupported-operation",
            node.at(),
            "Event-time timeout not supported without watermark",
            "put a 'watermark' step before it, or use 'processingTime'");
      }
      return scoped
          .timestamp(text, "timeout")
          .map(at -> new StateProgram.Timeout(StateProgram.Clock.EVENT_TIME, at));
    }
    return mapping
        .get("processingTime")
        .flatMap(text -> scoped.duration((Node.Text) text, "timeout"))
        .map(at -> new StateProgram.Timeout(StateProgram.Clock.PROCESSING_TIME, at));
  }

  private StateProgram.OnTimeout onTimeout(
      Optional<StateProgram.Timeout> timeout, StateExpressions scoped, StateEmissions emissions) {
    if (!(value.get("onTimeout").orElse(null) instanceof Node.Mapping block)) {
      return new StateProgram.OnTimeout(List.of(), TRUE);
    }
    if (value.get("timeout").isEmpty()) {
      problems.error(
          "missing-key",
          block.at(),
          "'onTimeout' needs a 'timeout', which says when",
          "add one, such as timeout: {processingTime: 10 minutes}");
    }
    boolean updates = block.get("update").isPresent();
    StateProgram.Update update =
        updates ? new StateAssignments(scoped).update(block) : StateProgram.Update.NONE;
    List<StateProgram.Emission> emit =
        block.get("emit").map(node -> emissions.read(node, Each.BATCH)).orElse(List.of());
    Expression remove =
        block
            .get("remove")
            .flatMap(node -> scoped.condition((Node.Text) node))
            .orElse(updates ? FALSE : TRUE);
    boolean byEvents = timeout.filter(t -> t.clock() == StateProgram.Clock.EVENT_TIME).isPresent();
    Optional<Expression> again =
        block
            .get("timeout")
            .map(Node.Text.class::cast)
            .flatMap(
                text ->
                    byEvents
                        ? scoped.timestamp(text, "timeout")
                        : scoped.duration(text, "timeout"));
    return new StateProgram.OnTimeout(update, emit, remove, again);
  }

  private Optional<OutputMode> outputMode() {
    return value.get("outputMode").flatMap(node -> OutputMode.find(((Node.Text) node).value()));
  }

  private long ttl(Node.Text text) {
    Optional<Long> micros = StateExpressions.micros(text.value()).filter(m -> m >= 1000);
    if (micros.isEmpty()) {
      problems.error(
          "invalid-value",
          text.at(),
          "'" + text.value() + "' is no length of time",
          "write it as '1 hour'");
    }
    return micros.orElse(0L) / 1000;
  }
}
