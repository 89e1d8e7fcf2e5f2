package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.Token;
import dev.sluice.operators.ddl.Tokens;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.sql.parser.ExpressionParser;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The functions that a pipeline file defines: {@code net(amount double, rate double) RETURNS
 * double: amount / (1 + rate)}. They may call each other, but not themselves.
 */
public final class UserFunctions {
  private UserFunctions() {}

  /**
   * The functions of {@code base} and these. Mistakes go to the problems, at their places; a
   * function with a mistake is there, and refuses calls.
   */
  public static FunctionRegistry define(
      List<Node.Entry> definitions, FunctionRegistry base, Session session, Problems problems) {
    List<SqlFunction> functions = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Node.Entry definition : definitions) {
      if (!(definition.value() instanceof Node.Text body)) {
        continue;
      }
      SqlText key = new SqlText(definition.key(), problems);
      Optional<SqlFunction.Signature> signature =
          key.parse(() -> signature(definition.key().value()));
      Optional<Syntax> syntax =
          new SqlText(body, problems).parse(() -> ExpressionParser.parse(body.value()));
      if (signature.isPresent()
          && isFree(signature.get(), definition.key(), names, base, problems)) {
        syntax.ifPresent(s -> functions.add(new SqlFunction(signature.get(), body, s)));
      }
    }
    FunctionRegistry all = base.plus(functions);
    functions.forEach(function -> function.check(session, all, problems));
    return all;
  }

  private static SqlFunction.Signature signature(String text) {
    Tokens tokens = new Tokens(text);
    Token name = tokens.expectName("the name of a function");
    tokens.expectSymbol("(");
    List<Field> parameters = new ArrayList<>();
    while (!tokens.atSymbol(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectSymbol(",");
      }
      Token parameter = tokens.expectName("the name of a parameter");
      if (parameters.stream().anyMatch(p -> p.name().equalsIgnoreCase(parameter.text()))) {
        throw new SqlSyntaxException(
            "DUPLICATE_ROUTINE_PARAMETER_NAMES",
            parameter.offset(),
            "the parameter '" + parameter.text() + "' stands twice");
      }
      parameters.add(new Field(parameter.text(), new TypeParser(tokens).type()));
    }
    tokens.expectSymbol(")");
    Optional<DataType> result =
        tokens.skipWord("RETURNS") ? Optional.of(new TypeParser(tokens).type()) : Optional.empty();
    tokens.expectEnd();
    return new SqlFunction.Signature(name.text(), parameters, result, text.trim());
  }

  private static boolean isFree(
      SqlFunction.Signature signature,
      Node.Text at,
      Set<String> names,
      FunctionRegistry base,
      Problems problems) {
    String name = signature.name();
    String lower = name.toLowerCase(Locale.ROOT);
    boolean builtIn =
        base.find(name).isPresent()
            || TypeParser.atomic(name) != null
            || lower.equals("struct")
            || lower.equals("decimal");
    if (builtIn) {
      problems.error(
          "duplicate-function",
          at.at(),
          "there is a function '" + name + "' already",
          "take another name");
      return false;
    }
    if (!names.add(lower)) {
      problems.error(
          "duplicate-function",
          at.at(),
          "the function '" + name + "' is defined twice",
          "names ignore case, and a function has one list of parameters");
      return false;
    }
    return true;
  }
}
