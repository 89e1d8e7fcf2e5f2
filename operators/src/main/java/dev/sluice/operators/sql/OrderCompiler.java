package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.plan.Places;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.sql.parser.QueryParser;
import java.util.Optional;

/** Makes keys of a sort of SQL text: {@code total DESC NULLS LAST}. */
public final class OrderCompiler {
  private final Session session;
  private final FunctionRegistry functions;
  private final Problems problems;
  private final Places places;

  public OrderCompiler(Session session, FunctionRegistry functions, Problems problems) {
    this(session, functions, problems, Places.NONE);
  }

  /** {@code places} is told where each expression is written. */
  public OrderCompiler(
      Session session, FunctionRegistry functions, Problems problems, Places places) {
    this.session = session;
    this.functions = functions;
    this.problems = problems;
    this.places = places;
  }

  /** One key over the columns of a schema; empty after a mistake, which has been told. */
  public Optional<SortOrder> compile(Node.Text text, Schema schema) {
    SqlText sql = new SqlText(text, problems, places);
    return sql.parse(() -> QueryParser.parseOrderItem(text.value()))
        .flatMap(
            item ->
                sql.analyse(
                    () -> {
                      Binder binder = new Binder(sql, session, functions, Scope.of(schema));
                      Expression key = binder.bind(item.expression());
                      if (!ordered(key.type())) {
                        throw binder.error(
                            "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                            item.expression(),
                            "rows cannot be sorted by '"
                                + key.sql()
                                + "', which is "
                                + key.type().sql(),
                            null);
                      }
                      return new SortOrder(key, item.ascending(), item.nullsFirst());
                    }));
  }

  private static boolean ordered(DataType type) {
    if (type == AtomicType.VARIANT) {
      return false;
    }
    return switch (type.physical()) {
      case MAP, INTERVAL -> false;
      default -> true;
    };
  }
}
