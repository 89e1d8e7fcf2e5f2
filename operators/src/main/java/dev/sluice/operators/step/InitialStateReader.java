package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.operators.sql.SelectCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code initialState}: what the rows of a table do to the states before all others. */
final class InitialStateReader {
  private final StepContext context;
  private final Node.Mapping block;
  private final Rel rows;
  private final List<NamedExpression> keys;
  private final StateExpressions scoped;

  /**
   * @param keys of the states
   */
  InitialStateReader(
      StepContext context,
      Node.Mapping block,
      Rel rows,
      List<NamedExpression> keys,
      StateExpressions scoped) {
    this.context = context;
    this.block = block;
    this.rows = rows;
    this.keys = keys;
    this.scoped = scoped.over(keys, rows.schema());
  }

  /** Empty after a mistake. */
  Optional<StateProgram.Initial> read(StateProgram.Clock clock) {
    Problems problems = context.problems();
    int before = problems.errorCount();
    if (Rel.streams(rows)) {
      problems.error(
          "unsupported-operation",
          block.at(),
          "states begin with the rows of a table, and this is a stream",
          "say 'static: true' of its source");
      return Optional.empty();
    }
    List<Expression> found =
        block.get("keys").isPresent() ? given(block.get("keys").get()) : sameNames();
    StateProgram.Initial initial =
        new StateProgram.Initial(
            found,
            new StateAssignments(scoped).update(block),
            StateTimers.settings(block, scoped, clock));
    return problems.errorCount() > before ? Optional.empty() : Optional.of(initial);
  }

  private List<Expression> given(Node node) {
    List<Node.Text> texts = StepValues.texts(node);
    if (texts.size() != keys.size()) {
      context
          .problems()
          .error(
              "type-mismatch",
              node.at(),
              "a state has "
                  + keys.size()
                  + (keys.size() == 1 ? " key" : " keys")
                  + ", and here are "
                  + texts.size(),
              "give the same keys in the same order");
      return List.of();
    }
    SelectCompiler compiler = StepExpressions.selects(context);
    List<Expression> found = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Node.Text text = texts.get(i);
      Field key = keys.get(i).field();
      compiler
          .named(text, rows.schema())
          .flatMap(e -> scoped.storedAs(e.expression(), key.type(), text.at(), what(key)))
          .ifPresent(found::add);
    }
    return found;
  }

  private static String what(Field key) {
    return "the key '" + key.name() + "'";
  }

  private List<Expression> sameNames() {
    List<Expression> found = new ArrayList<>();
    for (NamedExpression key : keys) {
      List<Integer> index = rows.schema().visible().indexesOf(key.name());
      if (index.isEmpty()) {
        context
            .problems()
            .error(
                "unknown-column",
                block.at(),
                "the rows that states begin with have no column '" + key.name() + "', the key",
                "say which columns are the keys, with 'keys'");
        continue;
      }
      scoped
          .storedAs(
              StepValues.reference(rows.schema(), index.get(0)),
              key.field().type(),
              block.at(),
              what(key.field()))
          .ifPresent(found::add);
    }
    return found;
  }
}
