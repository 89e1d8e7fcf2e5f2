package dev.sluice.operators.sql;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Collation;
import dev.sluice.operators.data.Collations;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Collated;
import dev.sluice.operators.expression.CollationKeys;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.function.ScalarFunction;
import dev.sluice.operators.function.text.CollatedTexts;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls of functions on collated strings. Functions of text know nothing of collations: they are
 * given plain strings, in lower case where it is UTF8_LCASE that matters, and what they give is
 * collated again.
 */
final class CollatedCalls {
  private final Binder binder;
  private final Syntax.Call call;
  private final List<Syntax> places;

  CollatedCalls(Binder binder, Syntax.Call call, List<Syntax> places) {
    this.binder = binder;
    this.call = call;
    this.places = places;
  }

  /** Whether any argument makes this class the one to bind the call. */
  static boolean concerns(ScalarFunction function, List<Expression> arguments) {
    boolean any = false;
    for (Expression argument : arguments) {
      any |= argument.type() instanceof CollatedType;
    }
    return any && (ofText(function) || isSized(function.name(), arguments));
  }

  /** Groups whose functions take values of any type, collated strings too. */
  private static boolean ofText(ScalarFunction function) {
    String name = function.name();
    switch (name) {
      case "collate", "collation", "typeof" -> {
        return false;
      }
      case "like", "ilike", "rlike", "regexp", "regexp_like" -> {
        return true;
      }
      default -> {
        // By its group.
      }
    }
    return switch (function.doc().group()) {
      case "array_funcs",
          "collection_funcs",
          "map_funcs",
          "struct_funcs",
          "conditional_funcs",
          "predicate_funcs",
          "lambda_funcs",
          "misc_funcs" ->
          false;
      default -> true;
    };
  }

  /** Functions of strings and of arrays. */
  private static boolean isSized(String name, List<Expression> arguments) {
    return switch (name) {
      case "concat", "reverse" ->
          arguments.get(0).type() instanceof CollatedType
              || arguments.stream().anyMatch(a -> a.type() == AtomicType.STRING);
      default -> false;
    };
  }

  Expression bind(ScalarFunction function, List<Expression> written) {
    List<Expression> given = new ArrayList<>(written);
    if (ofFirst(function.name().toLowerCase(Locale.ROOT))) {
      given.replaceAll(e -> e == written.get(0) ? e : Collated.plain(e));
    }
    List<Expression> arguments = CollationRules.unify(given, binder, call.offset());
    DataType winner = CollationRules.winner(given, binder, call.offset()).orElse(AtomicType.STRING);
    if (!(winner instanceof CollatedType type)) {
      return plain(function, arguments);
    }
    String name = function.name().toLowerCase(Locale.ROOT);
    String shown = shown(name, arguments);
    Collation collation = Collations.of(type);
    boolean lower = type.collation().equals(Collations.UTF8_LCASE);
    if (type.collation().contains("_AI") && !type.collation().contains("_CI") && searches(name)) {
      throw unsupported(name, type);
    }
    switch (name) {
      case "contains", "startswith", "endswith", "instr", "locate", "position" -> {
        return new Renamed(
            lower
                ? plain(function, lowered(arguments))
                : CollatedTexts.search(name, plainTexts(arguments), collation),
            shown);
      }
      case "find_in_set", "like" -> {
        requireLower(lower, name, type);
        return new Renamed(plain(function, lowered(arguments)), shown);
      }
      case "rlike",
          "regexp",
          "regexp_like",
          "regexp_replace",
          "regexp_extract",
          "regexp_extract_all",
          "regexp_substr",
          "regexp_instr",
          "regexp_count",
          "split" -> {
        requireLower(lower, name, type);
        List<Expression> anyCase = new ArrayList<>(arguments);
        anyCase.set(1, ignoringCase(arguments.get(1)));
        return new Renamed(result(plain(function, anyCase), name, type), shown);
      }
      case "replace",
          "split_part",
          "substring_index",
          "translate",
          "trim",
          "ltrim",
          "rtrim",
          "btrim" -> {
        Optional<Expression> made = CollatedTexts.edit(name, plainTexts(arguments), collation);
        if (made.isPresent()) {
          return new Renamed(result(made.get(), name, type), shown);
        }
      }
      case "str_to_map" -> {
        if (arguments.size() > 1) {
          throw unsupported(name, type);
        }
      }
      default -> {
        // The function does not compare.
      }
    }
    return result(plain(function, arguments), name, type);
  }

  /** Functions whose collation is that of their first argument, whatever the others have. */
  private static boolean ofFirst(String name) {
    return switch (name) {
      case "split",
          "regexp_extract",
          "regexp_extract_all",
          "regexp_substr",
          "regexp_instr",
          "regexp_count",
          "format_string",
          "printf" ->
          true;
      default -> false;
    };
  }

  /** Functions that no collation can have which tells cases apart but not accents. */
  private static boolean searches(String name) {
    return switch (name) {
      case "contains",
          "startswith",
          "endswith",
          "instr",
          "locate",
          "position",
          "replace",
          "split_part",
          "substring_index",
          "translate",
          "trim",
          "ltrim",
          "rtrim",
          "btrim" ->
          true;
      default -> false;
    };
  }

  private void requireLower(boolean lower, String name, CollatedType type) {
    if (!lower) {
      throw unsupported(name, type);
    }
  }

  private RuntimeException unsupported(String name, CollatedType type) {
    return binder.error(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        call,
        "'" + name + "' takes no strings of the collation " + type.collation(),
        "add COLLATE UTF8_BINARY");
  }

  private static String shown(String name, List<Expression> arguments) {
    List<String> texts = arguments.stream().map(Expression::sql).toList();
    return name + "(" + String.join(", ", texts) + ")";
  }

  private Expression plain(ScalarFunction function, List<Expression> arguments) {
    List<@Nullable Expression> plain = new ArrayList<>();
    for (Expression argument : arguments) {
      plain.add(Collated.plain(argument));
    }
    return function.bind(new BoundCall(binder, call, places, plain));
  }

  /** Beside a collated text, other values are texts too; places and counts stay numbers. */
  private Expression text(Expression argument) {
    return ofNumbers() || !TypeCoercionRules.implicit(argument.type(), AtomicType.STRING)
        ? argument
        : binder.implicit(argument, AtomicType.STRING);
  }

  private boolean ofNumbers() {
    return call.name().equalsIgnoreCase("split_part")
        || call.name().equalsIgnoreCase("substring_index");
  }

  private List<Expression> plainTexts(List<Expression> arguments) {
    List<Expression> plain = new ArrayList<>();
    for (Expression argument : arguments) {
      plain.add(
          argument.type() instanceof CollatedType ? Collated.plain(argument) : text(argument));
    }
    return plain;
  }

  private static List<Expression> lowered(List<Expression> arguments) {
    List<Expression> lower = new ArrayList<>();
    for (Expression argument : arguments) {
      lower.add(
          argument.type() instanceof CollatedType
              ? Collated.retyped(CollationKeys.of(argument), AtomicType.STRING)
              : argument);
    }
    return lower;
  }

  private Expression ignoringCase(Expression pattern) {
    Expression flags = new Literal(AtomicType.STRING, "(?iu)", "(?iu)");
    Expression plain = plainTexts(List.of(pattern)).get(0);
    return new CallBinder(binder).onBound("concat", List.of(flags, plain), call);
  }

  /** What functions give that hand on the text they are given is of its collation. */
  private Expression result(Expression made, String name, CollatedType type) {
    boolean handsOn =
        switch (name) {
          case "upper",
              "ucase",
              "lower",
              "lcase",
              "initcap",
              "concat",
              "concat_ws",
              "substring",
              "substr",
              "left",
              "right",
              "trim",
              "ltrim",
              "rtrim",
              "btrim",
              "lpad",
              "rpad",
              "repeat",
              "reverse",
              "replace",
              "translate",
              "overlay",
              "substring_index",
              "split_part",
              "split",
              "regexp_replace",
              "regexp_extract",
              "regexp_extract_all",
              "regexp_substr",
              "format_string",
              "printf",
              "elt",
              "mask",
              "quote",
              "hex",
              "conv",
              "sentences" ->
              true;
          default -> false;
        };
    if (!handsOn) {
      return made;
    }
    if (made.type() == AtomicType.STRING) {
      return Collated.retyped(made, type);
    }
    if (made.type() instanceof ArrayType array && array.element() == AtomicType.STRING) {
      return Cast.implicit(made, new ArrayType(type, array.containsNull()), binder.session());
    }
    return made;
  }
}
