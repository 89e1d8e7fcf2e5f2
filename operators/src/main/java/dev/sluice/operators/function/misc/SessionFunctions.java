package dev.sluice.operators.function.misc;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import java.util.List;

/**
 * Who runs the query, and where names without a qualifier lie: as in a Spark without a metastore.
 */
public final class SessionFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "current_user",
        "user",
        "session_user",
        "current_catalog",
        "current_database",
        "current_schema");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "current_catalog" ->
          constant(name, "The catalog of names without one.", "spark_catalog", "spark_catalog");
      case "current_database", "current_schema" ->
          constant("current_database", "The database of names without one.", "default", "default")
              .withAliases("current_schema");
      case "current_user", "user", "session_user" ->
          NamedFunction.of(
                  "current_user",
                  FunctionDoc.of(
                      "misc_funcs",
                      "current_user()",
                      "The name of the user who runs the process.",
                      example("current_user() = session_user()", "true")),
                  call -> {
                    call.requireCount(0, 0);
                    String user = System.getProperty("user.name", "");
                    return new Literal(AtomicType.STRING, user, "current_user()");
                  })
              .withAliases("user", "session_user");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction constant(
      String name, String description, String value, String shown) {
    return NamedFunction.of(
        name,
        FunctionDoc.of("misc_funcs", name + "()", description, example(name + "()", shown)),
        call -> {
          call.requireCount(0, 0);
          return new Literal(AtomicType.STRING, value, name + "()");
        });
  }
}
