package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.KeyTypes;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.sql.ExpressionCompiler;
import dev.sluice.operators.sql.SelectCompiler;
import java.util.Optional;

/** The SQL of steps. */
final class StepExpressions {
  private StepExpressions() {}

  static ExpressionCompiler compiler(StepContext context) {
    return new ExpressionCompiler(
        context.session(), context.functions(), context.problems(), context.origin().places());
  }

  /** A key that rows are grouped by; empty if it is none. */
  static Optional<NamedExpression> key(StepContext context, Node.Text text, Schema input) {
    Optional<NamedExpression> key = selects(context).named(text, input);
    Optional<KeyTypes.Refusal> refusal =
        key.flatMap(k -> KeyTypes.grouping(text.value(), k.field().type()));
    refusal.ifPresent(r -> context.problems().add(r.at(text.at(), "group by a part of it")));
    return refusal.isPresent() ? Optional.empty() : key;
  }

  static SelectCompiler selects(StepContext context) {
    return new SelectCompiler(
        context.session(), context.functions(), context.problems(), context.origin().places());
  }
}
