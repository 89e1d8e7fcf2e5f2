package dev.sluice.operators.function.text;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Collations;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Collated;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import java.util.List;

/** The collation of a string, asked for and told. */
public final class CollationFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("collate", "collation");
  }

  @Override
  public Function function(String name) {
    if (name.equals("collate")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "string_funcs",
              "collate(expr, collationName)",
              "The string, to be compared by that collation: UTF8_BINARY, UTF8_LCASE, UNICODE or a "
                  + "language, perhaps with _CI, _AI and _RTRIM; the same as expr COLLATE name.",
              example("collate('Spark SQL', 'UTF8_LCASE') = 'spark sql'", "true")),
          CollationFunctions::bindCollate);
    }
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "string_funcs",
            "collation(expr)",
            "The name of the collation of a string.",
            example("collation('Spark SQL')", "SYSTEM.BUILTIN.UTF8_BINARY")),
        CollationFunctions::bindCollation);
  }

  private static Expression bindCollate(FunctionCall call) {
    call.requireCount(2, 2);
    Expression text = call.argument(0);
    Expression name = call.argument(1);
    if (!CollatedType.isText(name.type()) || !name.foldable()) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          1,
          "the name of a collation is a constant string, not '" + name.sql() + "'",
          null);
    }
    Object written = call.constant(1);
    if (written == null) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_NULL", 1, "the name of a collation must not be NULL", null);
    }
    String given = Collations.withoutCatalog(written.toString());
    String canonical =
        Collations.canonical(given)
            .orElseThrow(
                () ->
                    call.error(
                        "COLLATION_INVALID_NAME",
                        1,
                        "unknown collation '" + given + "'",
                        Collations.suggestion(given)));
    if (!CollatedType.isText(text.type()) && text.type() != AtomicType.NULL) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          0,
          "only strings have a collation, but '" + text.sql() + "' is " + text.type().sql(),
          "cast it to STRING");
    }
    DataType type = Collations.type(canonical);
    String sql = "collate(" + text.sql() + ", " + written + ")";
    return new Collated(text, type, true, sql);
  }

  private static Expression bindCollation(FunctionCall call) {
    call.requireCount(1, 1);
    Expression text = call.argument(0);
    if (!CollatedType.isText(text.type()) && text.type() != AtomicType.NULL) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          0,
          "only strings have a collation, but '" + text.sql() + "' is " + text.type().sql(),
          null);
    }
    return new Literal(
        AtomicType.STRING,
        Collations.CATALOG + Collations.nameOf(text.type()),
        "collation(" + text.sql() + ")");
  }
}
