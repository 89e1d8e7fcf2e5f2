package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.operators.plan.StateProgram.Each;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what comes out of a state. All emissions have the columns of the first one. */
final class StateEmissions {
  private final StateExpressions scoped;
  private List<NamedExpression> first = List.of();

  StateEmissions(StateExpressions scoped) {
    this.scoped = scoped;
  }

  /** One emission or a list of them; mistakes are told. */
  List<StateProgram.Emission> read(Node node, Each usual) {
    List<StateProgram.Emission> emissions = new ArrayList<>();
    List<Node> blocks = node instanceof Node.Sequence list ? list.items() : List.of(node);
    for (Node block : blocks) {
      if (block instanceof Node.Mapping mapping) {
        read(mapping, usual).ifPresent(emissions::add);
      }
    }
    return emissions;
  }

  private Optional<StateProgram.Emission> read(Node.Mapping block, Each usual) {
    Optional<Expression> when =
        block.get("when").flatMap(node -> scoped.condition((Node.Text) node));
    if (block.get("select").isEmpty()) {
      return Optional.empty();
    }
    Node select = block.get("select").get();
    Optional<List<NamedExpression>> columns = scoped.select(StepValues.texts(select));
    return columns.map(
        found -> new StateProgram.Emission(each(block, usual), when, likeFirst(found, select)));
  }

  /** The word of {@code each:}. */
  static Each each(Node.Mapping block, Each usual) {
    return block.get("each").orElse(null) instanceof Node.Text word
        ? word.value().equals("batch") ? Each.BATCH : Each.ROW
        : usual;
  }

  private List<NamedExpression> likeFirst(List<NamedExpression> columns, Node at) {
    if (first.isEmpty()) {
      first = columns;
      return columns;
    }
    if (first.size() != columns.size()) {
      scoped
          .problems()
          .error(
              "type-mismatch",
              at.at(),
              "this gives "
                  + columns.size()
                  + (columns.size() == 1 ? " column" : " columns")
                  + ", but the first 'emit' "
                  + first.size(),
              "let all have the same columns; NULL where there is nothing to say");
      return columns;
    }
    List<NamedExpression> cast = new ArrayList<>();
    List<Node.Text> texts = StepValues.texts(at);
    for (int i = 0; i < columns.size(); i++) {
      NamedExpression wanted = first.get(i);
      DataType type = wanted.expression().type();
      Node.Text text = texts.size() == columns.size() ? texts.get(i) : Node.Text.of("");
      cast.add(
          new NamedExpression(
              wanted.name(),
              scoped
                  .storedAs(
                      columns.get(i).expression(),
                      type,
                      texts.size() == columns.size() ? text.at() : at.at(),
                      "the column '" + wanted.name() + "' of the first 'emit'")
                  .orElse(columns.get(i).expression())));
    }
    return cast;
  }
}
