package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
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
import dev.sluice.operators.sql.SelectCompiler;
import dev.sluice.operators.sql.TypeParser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** Empty after a mistake. */
  Optional<StateProgram> read() {
    int before = problems.errorCount();
    List<NamedExpression> keys = keys();
    Optional<Schema> state = value.get("state").flatMap(this::state);
    if (state.isEmpty() || problems.errorCount() > before) {
      return Optional.empty();
    }
    StateExpressions scoped = new StateExpressions(context, keys, state.get(), input);
    List<Expression> init =
        value.get("init").isPresent() ? assignments(value, "init", scoped, true) : List.of();
    List<Expression> update = assignments(value, "update", scoped, false);
    StateEmissions emissions = new StateEmissions(scoped);
    List<StateProgram.Emission> emit =
        value.get("emit").map(node -> emissions.read(node, Each.ROW)).orElse(List.of());
    Each usual = emit.stream().anyMatch(e -> e.each() == Each.BATCH) ? Each.BATCH : Each.ROW;
    Optional<StateProgram.Removal> removal =
        value.get("remove").flatMap(node -> removal(node, usual, scoped));
    Optional<StateProgram.Timeout> timeout =
        value.get("timeout").flatMap(node -> timeout(node, scoped));
    StateProgram.OnTimeout onTimeout = onTimeout(timeout, scoped, emissions);
    long ttl = value.get("ttl").map(node -> ttl((Node.Text) node)).orElse(0L);
    if (emit.isEmpty() && onTimeout.emissions().isEmpty() && problems.errorCount() == before) {
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
            keys, state.get(), init, update, emit, removal, timeout, onTimeout, ttl, outputMode()));
  }

  private List<NamedExpression> keys() {
    SelectCompiler compiler = StepExpressions.selects(context);
    List<NamedExpression> keys = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Node.Text text : value.get("keys").map(StepValues::texts).orElse(List.of())) {
      Optional<NamedExpression> key = compiler.named(text, input);
      if (key.isPresent() && !seen.add(key.get().name().toLowerCase(Locale.ROOT))) {
        duplicate("key", key.get().name(), text.at());
      }
      key.ifPresent(keys::add);
    }
    return keys;
  }

  private void duplicate(String what, String name, SourcePosition at) {
    problems.error(
        "duplicate-column",
        at,
        "the " + what + " '" + name + "' is given twice",
        "names are the same whatever their case; give one another name, with AS");
  }

  private Optional<Schema> state(Node node) {
    List<Field> fields = new ArrayList<>();
    if (node instanceof Node.Text ddl) {
      Optional<Schema> schema = TypeParser.parseSchema(ddl, problems);
      schema.ifPresent(s -> s.fields().forEach(f -> fields.add(new Field(f.name(), f.type()))));
    }
    for (Node.Entry entry : StepValues.entries(node)) {
      if (entry.value() instanceof Node.Text text) {
        TypeParser.parseType(text, problems)
            .ifPresent(type -> fields.add(new Field(entry.key().value(), type)));
      }
    }
    Set<String> seen = new HashSet<>();
    for (Field field : fields) {
      if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
        duplicate("column of the state", field.name(), node.at());
      }
    }
    return fields.isEmpty() ? Optional.empty() : Optional.of(new Schema(fields));
  }

  /**
   * One expression a column of the state.
   *
   * @param anew whether a column that is not mentioned is null; else it stays as it is
   */
  private List<Expression> assignments(
      Node.Mapping block, String name, StateExpressions scoped, boolean anew) {
    Schema state = scoped.state();
    @Nullable Expression[] found = new Expression[state.size()];
    for (Node.Entry entry : block.get(name).map(StepValues::entries).orElse(List.of())) {
      Node.Text column = entry.key();
      List<Integer> index = state.indexesOf(column.value());
      if (index.isEmpty()) {
        problems.error(
            "unknown-column",
            column.at(),
            "the state has no column '" + column.value() + "'",
            Names.suggestion(column.value(), state.names()));
      } else if (found[index.get(0)] != null) {
        duplicate("column of the state", column.value(), column.at());
      } else if (entry.value() instanceof Node.Text text) {
        found[index.get(0)] = scoped.stored(text, state.field(index.get(0))).orElse(FALSE);
      }
    }
    List<Expression> all = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      Expression given = found[i];
      DataType type = state.field(i).type();
      all.add(
          given != null ? given : anew ? new Literal(type, null, "NULL") : scoped.stateColumn(i));
    }
    return all;
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
          .timestamp(text)
          .map(at -> new StateProgram.Timeout(StateProgram.Clock.EVENT_TIME, at));
    }
    return mapping
        .get("processingTime")
        .flatMap(text -> scoped.duration((Node.Text) text))
        .map(at -> new StateProgram.Timeout(StateProgram.Clock.PROCESSING_TIME, at));
  }

  private StateProgram.OnTimeout onTimeout(
      Optional<StateProgram.Timeout> timeout, StateExpressions scoped, StateEmissions emissions) {
    if (!(value.get("onTimeout").orElse(null) instanceof Node.Mapping block)) {
      return new StateProgram.OnTimeout(List.of(), List.of(), TRUE, Optional.empty());
    }
    if (value.get("timeout").isEmpty()) {
      problems.error(
          "missing-key",
          block.at(),
          "'onTimeout' needs a 'timeout', which says when",
          "add one, such as timeout: {processingTime: 10 minutes}");
    }
    boolean updates = block.get("update").isPresent();
    List<Expression> update = updates ? assignments(block, "update", scoped, false) : List.of();
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
            .flatMap(text -> byEvents ? scoped.timestamp(text) : scoped.duration(text));
    return new StateProgram.OnTimeout(update, emit, remove, again);
  }

  private Optional<OutputMode> outputMode() {
    return value
        .get("outputMode")
        .map(node -> ((Node.Text) node).value().equals("update"))
        .map(update -> update ? OutputMode.UPDATE : OutputMode.APPEND);
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
