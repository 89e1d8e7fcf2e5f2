package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.AggregateFunction;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.GeneratorFunction;
import dev.sluice.operators.function.ScalarFunction;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.runner.sql.SqlQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is told of a function, from its code and from running its examples. */
final class FunctionPage {
  private final SqlQuery queries;

  FunctionPage(FunctionRegistry functions) {
    this.queries = new SqlQuery(Session.DEFAULT, functions);
  }

  static String kind(Function function) {
    return function instanceof ScalarFunction
        ? "scalar"
        : function instanceof AggregateFunction
            ? "aggregate"
            : function instanceof GeneratorFunction ? "generator" : "window";
  }

  /** The ways to call it. */
  static List<String> signatures(FunctionDoc doc) {
    return List.of(doc.usage().split("\\R| or (?=[a-z_0-9]+\\()"));
  }

  /** The types that its examples give, in their order. */
  List<String> types(Function function) {
    List<String> types = new ArrayList<>();
    for (FunctionDoc.Example example : function.doc().examples()) {
      try {
        String type = queries.run("SELECT " + example.sql()).schema().field(0).type().sql();
        if (!types.contains(type)) {
          types.add(type);
        }
      } catch (InvalidPipelineException | PipelineException e) {
        // An example of what is refused, or a part of a query.
      }
    }
    return types;
  }

  String human(Function function) {
    FunctionDoc doc = function.doc();
    StringBuilder out = new StringBuilder();
    signatures(doc).forEach(signature -> out.append(signature).append('\n'));
    out.append("  ").append(doc.description()).append('\n');
    List<String> types = types(function);
    if (!types.isEmpty()) {
      out.append("  gives:  ").append(String.join(", ", types)).append('\n');
    }
    out.append("  kind:   ").append(kind(function)).append('\n');
    out.append("  family: ").append(doc.group()).append('\n');
    if (!function.aliases().isEmpty()) {
      out.append("  also:   ").append(String.join(", ", function.aliases())).append('\n');
    }
    for (FunctionDoc.Example example : doc.examples()) {
      out.append("\n  SELECT ").append(example.sql()).append('\n');
      example.result().lines().forEach(line -> out.append("  -> ").append(line).append('\n'));
    }
    return out.toString();
  }

  String markdown(Function function) {
    FunctionDoc doc = function.doc();
    StringBuilder out = new StringBuilder("### ").append(function.name()).append("\n\n");
    signatures(doc).forEach(s -> out.append('`').append(s).append("` "));
    List<String> types = types(function);
    if (!types.isEmpty()) {
      out.append("→ `").append(String.join("`, `", types)).append("` ");
    }
    out.append("\\\n").append(doc.description());
    if (!function.aliases().isEmpty()) {
      out.append(" Also: `").append(String.join("`, `", function.aliases())).append("`.");
    }
    out.append("\n\n");
    if (!doc.examples().isEmpty()) {
      out.append("```sql\n");
      for (FunctionDoc.Example example : doc.examples()) {
        out.append("SELECT ").append(example.sql()).append(";\n");
        example.result().lines().forEach(line -> out.append("-- ").append(line).append('\n'));
      }
      out.append("```\n\n");
    }
    return out.toString();
  }

  /** The whole reference. */
  String reference(Map<String, List<Function>> families) {
    StringBuilder out = new StringBuilder();
    out.append("# SQL functions\n\n");
    out.append(
        "Made from the code by `scripts/regenerate`. Types are those of the examples, which run as tests."
            + " `runner functions NAME` tells the same.\n\n");
    families.forEach(
        (family, functions) -> {
          out.append("- **").append(family).append("**: ");
          List<String> links = new ArrayList<>();
          functions.forEach(f -> links.add("[" + f.name() + "](#" + f.name() + ")"));
          out.append(String.join(", ", links)).append('\n');
        });
    families.forEach(
        (family, functions) -> {
          out.append("\n## ").append(family).append("\n\n");
          functions.forEach(f -> out.append(markdown(f)));
        });
    return out.toString().stripTrailing() + "\n";
  }
}
