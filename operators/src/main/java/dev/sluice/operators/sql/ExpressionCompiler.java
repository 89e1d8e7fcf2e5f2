package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.plan.Places;
import dev.sluice.operators.sql.parser.ExpressionParser;
import java.util.Optional;

/**
 * Makes bound expressions of SQL text. Mistakes go to the problems, each at its place in the text,
 * several at once; then the result is empty. Codes: {@code syntax}, {@code unknown-column}, {@code
 * unknown-function}, {@code type-mismatch}, {@code wrong-argument-count}, {@code ambiguous-column},
 * {@code not-implemented}, and others named after Spark's error classes.
 */
public final class ExpressionCompiler {
  private final Session session;
  private final FunctionRegistry functions;
  private final Problems problems;
  private final Places places;

  public ExpressionCompiler(Session session, FunctionRegistry functions, Problems problems) {
    this(session, functions, problems, Places.NONE);
  }

  /** {@code places} is told where each expression is written. */
  public ExpressionCompiler(
      Session session, FunctionRegistry functions, Problems problems, Places places) {
    this.session = session;
    this.functions = functions;
    this.problems = problems;
    this.places = places;
  }

  /** An expression over the columns of a schema. */
  public Optional<Expression> compile(Node.Text text, Schema schema) {
    SqlText sql = new SqlText(text, problems, places);
    return sql.parse(() -> ExpressionParser.parse(text.value()))
        .flatMap(syntax -> sql.analyse(() -> binder(sql, schema).bind(syntax)));
  }

  /** An expression that says yes or no: of the type BOOLEAN, or implicitly cast to it. */
  public Optional<Expression> condition(Node.Text text, Schema schema) {
    SqlText sql = new SqlText(text, problems, places);
    return sql.parse(() -> ExpressionParser.parse(text.value()))
        .flatMap(
            syntax ->
                sql.analyse(
                    () -> {
                      Binder binder = binder(sql, schema);
                      return binder.condition(binder.bind(syntax), syntax, "the condition");
                    }));
  }

  /** A {@link #condition} that says which rows a join puts together. */
  public Optional<Expression> joinCondition(Node.Text text, Schema pair) {
    SqlText sql = new SqlText(text, problems, places);
    return sql.parse(() -> ExpressionParser.parse(text.value()))
        .flatMap(
            syntax ->
                sql.analyse(
                    () -> {
                      Binder binder = binder(sql, pair);
                      Expression bound =
                          binder.condition(binder.bind(syntax), syntax, "the condition");
                      Joins.requireDeterministic(binder, bound, syntax);
                      return bound;
                    }));
  }

  private Binder binder(SqlText sql, Schema schema) {
    return new Binder(sql, session, functions, Scope.of(schema));
  }
}
