package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.expression.CaseWhen;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what becomes of the columns of a state: {@code init} and {@code update}. */
final class StateAssignments {
  private static final Expression TRUE = new Literal(AtomicType.BOOLEAN, true, "true");

  private final StateExpressions scoped;

  StateAssignments(StateExpressions scoped) {
    this.scoped = scoped;
  }

  /** What columns are at first; null where nothing is said. */
  List<Expression> initial(Node block) {
    @Nullable Node[] given = given(StepValues.entries(block));
    List<Expression> all = new ArrayList<>();
    for (int i = 0; i < given.length; i++) {
      Field column = scoped.state().field(i);
      all.add(
          Optional.ofNullable(given[i])
              .flatMap(node -> scoped.stored((Node.Text) node, column))
              .orElseGet(() -> new Literal(column.type(), null, "NULL")));
    }
    return all;
  }

  /** The {@code update} of a block; without one all columns stay as they are. */
  StateProgram.Update update(Node.Mapping block) {
    return update(block.get("update"));
  }

  private StateProgram.Update update(Optional<Node> block) {
    @Nullable Node[] given = given(block.map(StepValues::entries).orElse(List.of()));
    List<Expression> values = new ArrayList<>();
    List<Optional<Expression>> puts = new ArrayList<>();
    for (int i = 0; i < given.length; i++) {
      Field column = scoped.state().field(i);
      Expression stays = scoped.stateColumn(i);
      Node node = given[i];
      if (node instanceof Node.Text text) {
        values.add(scoped.stored(text, column).orElse(stays));
        puts.add(Optional.of(TRUE));
      } else if (node instanceof Node.Mapping mapping
          && mapping.get("set").orElse(null) instanceof Node.Text set) {
        Expression value = scoped.stored(set, column).orElse(stays);
        Optional<Expression> when =
            mapping.get("when").flatMap(text -> scoped.condition((Node.Text) text));
        values.add(when.map(condition -> chosen(condition, value, stays)).orElse(value));
        puts.add(Optional.of(when.orElse(TRUE)));
      } else {
        values.add(stays);
        puts.add(Optional.empty());
      }
    }
    return new StateProgram.Update(values, puts);
  }

  private static Expression chosen(Expression condition, Expression value, Expression stays) {
    String sql = "IF(" + condition.sql() + ", " + value.sql() + ", " + stays.sql() + ")";
    return new CaseWhen(List.of(condition), List.of(value), stays, sql);
  }

  /** What is said of each column; unknown and repeated names are reported. */
  private @Nullable Node[] given(List<Node.Entry> entries) {
    Schema state = scoped.state();
    @Nullable Node[] found = new Node[state.size()];
    for (Node.Entry entry : entries) {
      Node.Text column = entry.key();
      List<Integer> index = state.indexesOf(column.value());
      if (index.isEmpty()) {
        scoped
            .problems()
            .error(
                "unknown-column",
                column.at(),
                "the state has no column '" + column.value() + "'",
                Names.suggestion(column.value(), state.names()));
      } else if (found[index.get(0)] != null) {
        scoped
            .problems()
            .error(
                "duplicate-column",
                column.at(),
                "the column of the state '" + column.value() + "' is given twice",
                "names are the same whatever their case; give one another name, with AS");
      } else {
        found[index.get(0)] = entry.value();
      }
    }
    return found;
  }
}
