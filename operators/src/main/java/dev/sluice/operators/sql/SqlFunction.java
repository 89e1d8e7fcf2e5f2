package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.ScalarFunction;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A function that the pipeline file defines by an expression over its parameters. A call becomes
 * the expression with the arguments in it, so that it costs what the expression costs. Planning is
 * single-threaded, and so is this.
 */
final class SqlFunction implements ScalarFunction {
  private final Signature signature;
  private final Node.Text body;
  private final Syntax syntax;
  private boolean broken;
  private boolean underWay;

  /** {@code name(a bigint, b string) RETURNS type}. */
  record Signature(String name, List<Field> parameters, Optional<DataType> result, String text) {}

  SqlFunction(Signature signature, Node.Text body, Syntax syntax) {
    this.signature = signature;
    this.body = body;
    this.syntax = syntax;
  }

  @Override
  public String name() {
    return signature.name();
  }

  @Override
  public FunctionDoc doc() {
    return FunctionDoc.of("own", signature.text(), "Defined by the pipeline: " + body.value());
  }

  /** Binds the body over its parameters, reporting what is wrong with it. */
  void check(Session session, FunctionRegistry functions, Problems problems) {
    SqlText text = new SqlText(body, problems);
    Scope scope = Scope.of(new Schema(signature.parameters()));
    underWay = true;
    broken =
        text.analyse(() -> returned(syntax, new Binder(text, session, functions, scope))).isEmpty();
    underWay = false;
  }

  @Override
  public Expression bind(FunctionCall call) {
    if (underWay) {
      throw call.error(
          "RECURSIVE_FUNCTION",
          -1,
          "the function '" + name() + "' calls itself",
          "an expression must come to an end");
    }
    if (broken) {
      throw call.error(
          "INVALID_FUNCTION", -1, "the definition of '" + name() + "' has a mistake", null);
    }
    call.requireCount(signature.parameters().size(), signature.parameters().size());
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < call.count(); i++) {
      Expression argument = call.coerce(i, signature.parameters().get(i).type());
      if (!argument.deterministic() && uses(i) > 1) {
        throw call.error(
            "INVALID_NON_DETERMINISTIC_EXPRESSIONS",
            i,
            "'" + name() + "' uses this argument more than once, and it differs from use to use",
            "compute it in a step before");
      }
      arguments.add(argument);
    }
    underWay = true;
    try {
      Binder caller = ((BoundCall) call).binder();
      SqlText text = new SqlText(body, caller.text().problems(), caller.text().places());
      return returned(
          syntax,
          new Binder(text, caller.session(), caller.functions(), nameless(caller.scope()))
              .knowing((part, here) -> argument(part, here, arguments)));
    } finally {
      underWay = false;
    }
  }

  /** The body's value as the declared type. */
  private Expression returned(Syntax from, Binder binder) {
    Expression value = binder.bind(from);
    if (signature.result().isEmpty()) {
      return value;
    }
    DataType type = signature.result().get();
    if (!TypeCoercionRules.implicit(value.type(), type)
        && !TypeCoercionRules.assignable(value.type(), type)) {
      throw binder.error(
          "DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE",
          from,
          "'" + name() + "' returns " + type.sql() + ", but its body is " + value.type().sql(),
          "cast it");
    }
    return binder.implicit(value, type);
  }

  private int uses(int parameter) {
    return uses(syntax, signature.parameters().get(parameter).name());
  }

  private static int uses(Syntax part, String name) {
    int count = part instanceof Syntax.Name n && n.parts().get(0).equalsIgnoreCase(name) ? 1 : 0;
    for (Syntax child : SyntaxWalk.children(part)) {
      count += uses(child, name);
    }
    return count;
  }

  private Optional<Expression> argument(Syntax part, Binder here, List<Expression> arguments) {
    if (!(part instanceof Syntax.Name name)
        || here.scope().lambda(name.parts().get(0)).isPresent()) {
      return Optional.empty();
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (signature.parameters().get(i).name().equalsIgnoreCase(name.parts().get(0))) {
        return Optional.of(
            here.members(arguments.get(i), name.parts().subList(1, name.parts().size()), name));
      }
    }
    return Optional.empty();
  }

  /** The caller's columns stand where they do, but the body cannot name them. */
  private static Scope nameless(Scope scope) {
    List<Scope.Entry> entries = new ArrayList<>();
    for (int i = 0; i < scope.size(); i++) {
      Field field = scope.field(i).withName("\0\0" + i);
      entries.add(new Scope.Entry("", field, false, true));
    }
    return new Scope(entries);
  }
}
