package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.Parameter;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Arguments given by name. */
final class NamedArguments {
  private final Syntax.Call call;
  private final Binder binder;
  private final List<Parameter> parameters;

  private NamedArguments(Syntax.Call call, Binder binder, List<Parameter> parameters) {
    this.call = call;
    this.binder = binder;
    this.parameters = parameters;
  }

  /** The arguments in the order of the parameters, defaults where nothing is given. */
  static List<Syntax> inOrder(Syntax.Call call, Binder binder) {
    if (call.arguments().stream().noneMatch(a -> a instanceof Syntax.NamedArgument)) {
      return call.arguments();
    }
    List<Parameter> parameters =
        binder.functions().find(call.name()).map(Function::parameters).orElse(List.of());
    if (parameters.isEmpty()) {
      throw binder.error(
          "NAMED_PARAMETERS_NOT_SUPPORTED",
          call,
          "'" + call.name() + "' takes no arguments by name",
          "give them in order");
    }
    return new NamedArguments(call, binder, parameters).placed();
  }

  private List<Syntax> placed() {
    @Nullable Syntax[] places = new Syntax[Math.max(parameters.size(), call.arguments().size())];
    boolean named = false;
    for (int i = 0; i < call.arguments().size(); i++) {
      Syntax argument = call.arguments().get(i);
      if (argument instanceof Syntax.NamedArgument given) {
        named = true;
        place(given, places);
      } else if (named) {
        throw binder.error(
            "UNEXPECTED_POSITIONAL_ARGUMENT",
            argument,
            "arguments without a name come before those with one",
            "give this one a name too");
      } else {
        places[i] = argument;
      }
    }
    List<Syntax> all = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      Syntax given = places[i];
      if (given != null) {
        all.add(given);
      } else if (i < parameters.size()) {
        all.add(byDefault(parameters.get(i)));
      }
    }
    return all;
  }

  private void place(Syntax.NamedArgument given, @Nullable Syntax[] places) {
    int at = 0;
    while (at < parameters.size() && !parameters.get(at).name().equalsIgnoreCase(given.name())) {
      at++;
    }
    if (at == parameters.size()) {
      List<String> names = parameters.stream().map(Parameter::name).toList();
      throw binder.error(
          "UNRECOGNIZED_PARAMETER_NAME",
          given,
          "'" + call.name() + "' has no parameter '" + given.name() + "'",
          Names.suggestion(given.name(), names));
    }
    if (places[at] != null) {
      throw binder.error(
          "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT",
          given,
          "the parameter '" + given.name() + "' of '" + call.name() + "' is given twice",
          null);
    }
    places[at] = given.value();
  }

  private Syntax byDefault(Parameter parameter) {
    Optional<Parameter.Default> value = parameter.value();
    if (value.isEmpty()) {
      throw binder.error(
          "REQUIRED_PARAMETER_NOT_FOUND",
          call,
          "'" + call.name() + "' needs the parameter '" + parameter.name() + "'",
          null);
    }
    String text = value.get().text();
    return text == null
        ? new Syntax.Constant(AtomicType.NULL, null, "NULL", call.offset())
        : new Syntax.Constant(AtomicType.STRING, text, text, call.offset());
  }
}
