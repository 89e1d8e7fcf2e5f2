package dev.sluice.operators.sql;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.function.GeneratorFunction;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Calls that make rows. */
final class Generators {
  private Generators() {}

  static Optional<GeneratorFunction> function(Syntax syntax, Binder binder) {
    if (!(syntax instanceof Syntax.Call call)) {
      return Optional.empty();
    }
    Optional<Function> function = binder.functions().find(call.name());
    return function.isPresent() && function.get() instanceof GeneratorFunction generator
        ? Optional.of(generator)
        : Optional.empty();
  }

  /**
   * Fails, with the error class for that place, for a generator that Spark knows behind FROM only.
   */
  static void requireAnywhere(Syntax.Call call, Binder binder, String errorClass) {
    String name = call.name().toLowerCase(Locale.ROOT);
    if (name.startsWith("variant_explode")) {
      throw binder.error(
          errorClass,
          call,
          "'" + call.name() + "' can stand behind FROM only",
          "write FROM t, LATERAL " + name + "(v)");
    }
  }

  /** Each row beside those generated from it; the names given, or the generator's own. */
  static Rel.Generate generate(
      Rel input,
      Syntax.Call call,
      boolean outer,
      List<String> names,
      Binder binder,
      Origin origin) {
    GeneratorFunction function =
        function(call, binder)
            .orElseThrow(
                () ->
                    binder.functions().find(call.name()).isEmpty()
                        ? binder.error(
                            "UNRESOLVED_ROUTINE",
                            call,
                            "unknown function '" + call.name() + "'",
                            binder.functions().suggestion(call.name()))
                        : binder.error(
                            "UNSUPPORTED_GENERATOR.NOT_GENERATOR",
                            call,
                            "'" + call.name() + "' makes no rows",
                            "take a generator such as explode"));
    Generator generator = new CallBinder(binder).generator(call, function);
    Generator asked = outer && !generator.outer() ? new OuterGenerator(generator) : generator;
    List<Field> output = asked.output();
    if (!names.isEmpty() && names.size() != output.size()) {
      throw binder.error(
          "UDTF_ALIAS_NUMBER_MISMATCH",
          call,
          "'"
              + call.name()
              + "' makes "
              + output.size()
              + " columns, but "
              + names.size()
              + " names are given",
          null);
    }
    List<String> chosen = names.isEmpty() ? output.stream().map(Field::name).toList() : names;
    return new Rel.Generate(input, asked, new ArrayList<>(chosen), origin);
  }
}
