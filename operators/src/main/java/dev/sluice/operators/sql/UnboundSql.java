package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.sql.parser.ExpressionParser;
import dev.sluice.operators.sql.parser.QueryParser;
import dev.sluice.operators.sql.syntax.QueryWalk;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.List;

/**
 * What can be told of SQL while the columns that it reads are unknown: text that cannot be read,
 * and functions that there are not.
 */
public final class UnboundSql {
  private final Session session;
  private final FunctionRegistry functions;
  private final Problems problems;

  public UnboundSql(Session session, FunctionRegistry functions, Problems problems) {
    this.session = session;
    this.functions = functions;
    this.problems = problems;
  }

  /** An expression, perhaps with AS and a name, or with ASC or DESC. */
  public void expression(Node.Text text) {
    SqlText sql = new SqlText(text, problems);
    if (isOrder(text)) {
      return;
    }
    sql.parse(() -> ExpressionParser.parseItem(text.value()))
        .ifPresent(syntax -> calls(sql, List.of(syntax)));
  }

  private boolean isOrder(Node.Text text) {
    try {
      Syntax.OrderItem item = QueryParser.parseOrderItem(text.value());
      calls(new SqlText(text, problems), List.of(item.expression()));
      return true;
    } catch (SqlSyntaxException e) {
      return false;
    }
  }

  /** A query. */
  public void query(Node.Text text) {
    SqlText sql = new SqlText(text, problems);
    sql.parse(() -> QueryParser.parse(text.value()))
        .ifPresent(
            query -> {
              List<Syntax> all = new ArrayList<>();
              QueryWalk.expressions(query, all::add);
              calls(sql, all);
            });
  }

  /** Tells the functions in these that there are not. */
  void calls(SqlText sql, List<Syntax> all) {
    for (Syntax syntax : all) {
      if (syntax instanceof Syntax.Call call) {
        try {
          new CallBinder(new Binder(sql, session, functions, Scope.of(Schema.EMPTY)))
              .requireKnown(call);
        } catch (AnalysisException e) {
          sql.report(e);
        }
      }
      calls(sql, SyntaxWalk.children(syntax));
    }
  }
}
