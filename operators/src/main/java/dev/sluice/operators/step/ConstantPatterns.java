package dev.sluice.operators.step;

import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.BoundedPattern;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Like;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.function.text.RegexFunctions;
import dev.sluice.operators.plan.Places;
import java.util.Locale;
import java.util.Optional;

/**
 * Regular expressions that a pipeline file says in so many words. Spark finds a mistake in one when
 * a row comes; a file is checked before.
 */
public final class ConstantPatterns {
  private ConstantPatterns() {}

  /** Reports what cannot be compiled ({@code invalid-pattern}), of all that a step says. */
  public static void check(Places places, Problems problems) {
    places.forEach(
        (expression, at) ->
            pattern(expression).ifPresent(constant -> check(expression, constant, at, problems)));
  }

  private static Optional<Literal> pattern(Expression expression) {
    Expression bare = expression instanceof Renamed renamed ? renamed.operand() : expression;
    Expression pattern = null;
    if (bare instanceof Like like && like.kind() == Like.Kind.RLIKE) {
      pattern = like.pattern();
    } else if (bare instanceof ScalarCall call
        && RegexFunctions.takesPattern(call.name().toLowerCase(Locale.ROOT))
        && call.children().size() > 1) {
      pattern = call.children().get(1);
    }
    return pattern instanceof Literal literal && literal.value() instanceof String
        ? Optional.of(literal)
        : Optional.empty();
  }

  private static void check(
      Expression call, Literal pattern, SourcePosition at, Problems problems) {
    String function =
        call instanceof ScalarCall scalar ? scalar.name().toLowerCase(Locale.ROOT) : "rlike";
    String written = String.valueOf(pattern.value());
    try {
      BoundedPattern.compile(function, written, 0);
    } catch (EvaluationException e) {
      problems.error(
          "invalid-pattern",
          at,
          String.valueOf(e.getMessage()),
          written.startsWith("*") || written.startsWith("?")
              ? "any text is '.*' in a regular expression; LIKE has '%' for it"
              : "mask a character that stands for itself, as in '\\\\(' or '[(]'");
    }
  }
}
