package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.expression.Access;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Folded;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.AggregateFunction;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.function.GeneratorFunction;
import dev.sluice.operators.function.ScalarFunction;
import dev.sluice.operators.function.WindowFunction;
import dev.sluice.operators.function.Windowing;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the function of a call and lets it bind its arguments. */
final class CallBinder {
  private final Binder binder;

  CallBinder(Binder binder) {
    this.binder = binder;
  }

  /** The function, or the mistake that there is none. */
  Function function(Syntax.Call call) {
    if (call.extras().window()) {
      throw Windows.misplaced(call, binder);
    }
    Optional<Function> function = binder.functions().find(call.name());
    if (function.isEmpty()) {
      SqlParameters.refuse(call, binder);
      refuseKnown(call);
      throw binder.error(
          "UNRESOLVED_ROUTINE", call, "unknown function '" + call.name() + "'", remedy(call));
    }
    return function.get();
  }

  private String remedy(Syntax.Call call) {
    return switch (call.name().toLowerCase(Locale.ROOT)) {
      case "col", "column", "f.col" -> "write the name of the column alone";
      case "lit", "f.lit", "expr", "f.expr" -> "write the value alone";
      default -> binder.functions().suggestion(call.name());
    };
  }

  /** Tells a call of what is no function, where nothing else is known of the call. */
  void requireKnown(Syntax.Call call) {
    String name = call.name().toLowerCase(Locale.ROOT);
    boolean known =
        binder.functions().find(name).isPresent()
            || TypeParser.ofCast(name).isPresent()
            || List.of("struct", "grouping", "grouping_id", "cube", "rollup").contains(name);
    if (!known) {
      function(new Syntax.Call(call.name(), call.arguments(), Syntax.Extras.NONE, call.offset()));
    }
  }

  /** Functions that exist, but are none of the registry's. */
  private void refuseKnown(Syntax.Call call) {
    String name = call.name().toLowerCase(Locale.ROOT);
    if (name.equals("grouping") || name.equals("grouping_id")) {
      throw binder.error(
          "UNSUPPORTED_GROUPING_EXPRESSION",
          call,
          "grouping functions need GROUPING SETS, CUBE or ROLLUP",
          null);
    }
    if (TypeParser.ofCast(name).isPresent()) {
      throw binder.error(
          "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
          call,
          "'" + name + "' takes 1 argument, not " + call.arguments().size(),
          null);
    }
  }

  Expression scalar(Syntax.Call call) {
    if (call.extras().bare() && !binder.scope().columns(call.name()).isEmpty()) {
      return binder.bind(new Syntax.Name(List.of(call.name()), call.offset()));
    }
    Optional<DataType> type = castTo(call);
    if (type.isPresent()) {
      return castFunction(call, type.get());
    }
    if (call.name().equalsIgnoreCase("struct")) {
      return struct(call);
    }
    Function function = function(call);
    String ofFile = ofFile(call);
    if (!ofFile.isEmpty()) {
      Optional<Expression> file = inputFile(call, ofFile);
      if (file.isPresent()) {
        return file.get();
      }
    }
    if (function instanceof AggregateFunction) {
      throw misplacedAggregate(call);
    }
    if (function instanceof WindowFunction) {
      throw binder.error(
          "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
          call,
          "the window function '" + call.name() + "' needs a window",
          "write " + call.name() + "(...) OVER (ORDER BY column)");
    }
    if (function instanceof GeneratorFunction) {
      throw binder.error(
          "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS",
          call,
          "'" + call.name() + "' makes rows and must stand alone in the select list",
          null);
    }
    if (call.extras().distinct()
        || call.extras().filter().isPresent()
        || !call.extras().withinGroup().isEmpty()) {
      throw binder.error(
          "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
          call,
          "DISTINCT, FILTER and WITHIN GROUP go with aggregate functions, which '"
              + call.name()
              + "' is not",
          null);
    }
    BoundCall bound = bindArguments(call);
    return CallNames.shown(call, bound, scalar((ScalarFunction) function, call, bound));
  }

  private Expression scalar(ScalarFunction function, Syntax.Call call, BoundCall bound) {
    Expression expression = bindScalar(function, call, bound);
    return NullIntolerance.makesNull(call.name(), bound) ? Folded.nullOf(expression) : expression;
  }

  private Expression bindScalar(ScalarFunction function, Syntax.Call call, BoundCall bound) {
    for (int i = 0; i < bound.count(); i++) {
      if (!bound.isLambda(i) && bound.argument(i).type() instanceof CollatedType) {
        return collated(function, call, bound);
      }
    }
    return function.bind(bound);
  }

  private Expression collated(ScalarFunction function, Syntax.Call call, BoundCall bound) {
    for (int i = 0; i < bound.count(); i++) {
      if (bound.isLambda(i)) {
        return function.bind(bound);
      }
    }
    return CollatedCalls.concerns(function, bound.arguments())
        ? new CollatedCalls(binder, call, bound.places()).bind(function, bound.arguments())
        : function.bind(bound);
  }

  /** What the call asks of the file that a row is of; empty for all other calls. */
  private static String ofFile(Syntax.Call call) {
    return !call.arguments().isEmpty()
        ? ""
        : switch (call.name().toLowerCase(Locale.ROOT)) {
          case "input_file_name" -> "file_path";
          case "input_file_block_start" -> "file_block_start";
          case "input_file_block_length" -> "file_block_length";
          default -> "";
        };
  }

  /** Where the source can say of which file a row is; the function knows nothing of it. */
  private Optional<Expression> inputFile(Syntax.Call call, String asked) {
    Optional<Integer> column = binder.scope().hidden("_metadata");
    if (column.isEmpty()
        || !(binder.scope().field(column.get()).type() instanceof StructType type)) {
      return Optional.empty();
    }
    Expression metadata = new ColumnReference(column.get(), "_metadata", type, false);
    String shown = call.name().toLowerCase(Locale.ROOT) + "()";
    return new Schema(type.fields())
        .indexesOf(asked).stream()
            .findFirst()
            .map(index -> new Renamed(new Access.StructField(metadata, index), shown));
  }

  private AnalysisException misplacedAggregate(Syntax.Call call) {
    return binder.error(
        "INVALID_AGGREGATE_USE",
        call,
        "the aggregate function '" + call.name() + "' cannot stand here",
        "aggregate functions belong into 'groupBy'");
  }

  /** {@code struct} names its fields after its arguments, which only their syntax knows. */
  private Expression struct(Syntax.Call call) {
    List<Syntax> fields = arguments(call);
    List<Expression> values = binder.bindAll(fields);
    List<Expression> pairs = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String name = DefaultNames.of(fields.get(i)).orElse("col" + (i + 1));
      pairs.add(new Literal(AtomicType.STRING, name, name));
      pairs.add(values.get(i));
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String sql = values.get(i).sql();
      parts.add(
          fields.get(i) instanceof Syntax.Alias alias ? sql + " AS " + alias.names().get(0) : sql);
    }
    String shown = "struct(" + String.join(", ", parts) + ")";
    return new Renamed(onBound("named_struct", pairs, call), shown);
  }

  /** A function on operands that are bound already: operators that are functions underneath. */
  Expression onBound(String name, List<Expression> operands, Syntax at) {
    Syntax.Call call = new Syntax.Call(name, List.of(), Syntax.Extras.NONE, at.offset());
    Function function = function(call);
    List<Syntax> places = new ArrayList<>();
    operands.forEach(o -> places.add(at));
    List<@Nullable Expression> bound = new ArrayList<>(operands);
    return Folded.of(
        scalar((ScalarFunction) function, call, new BoundCall(binder, call, places, bound)));
  }

  private BoundCall bindArguments(Syntax.Call call) {
    List<Syntax> arguments = arguments(call);
    List<@Nullable Expression> bound = new ArrayList<>();
    RuntimeException failure = null;
    for (Syntax argument : arguments) {
      if (argument instanceof Syntax.Lambda) {
        bound.add(null);
        continue;
      }
      try {
        bound.add(binder.bind(argument));
      } catch (AnalysisException e) {
        binder.text().report(e);
        failure = new Reported();
      } catch (Reported e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return new BoundCall(binder, call, arguments, bound);
  }

  /** Stars become columns, and arguments by name come into their places. */
  private List<Syntax> arguments(Syntax.Call call) {
    List<Syntax> arguments = new ArrayList<>();
    boolean struct = call.name().equalsIgnoreCase("struct");
    for (Syntax argument : NamedArguments.inOrder(call, binder)) {
      if (argument instanceof Syntax.Star star) {
        if (call.arguments().size() == 1 && isEdge(call.name())) {
          throw binder.error(
              "INVALID_USAGE_OF_STAR_OR_REGEX",
              star,
              "'" + call.name() + "' takes one expression, not '*'",
              null);
        }
        if (call.name().equalsIgnoreCase("count")
            && !call.extras().distinct()
            && call.arguments().size() == 1
            && star.qualifier().isEmpty()) {
          arguments.add(new Syntax.Constant(AtomicType.INT, 1, "1", star.offset()));
        } else {
          if (call.name().equalsIgnoreCase("count")
              && !call.extras().distinct()
              && call.arguments().size() == 1) {
            throw binder.error(
                "INVALID_USAGE_OF_STAR_OR_REGEX",
                star,
                "'count' takes '*' or columns, not all columns of a table",
                null);
          }
          arguments.addAll(Stars.expand(binder, star));
        }
      } else if (argument instanceof Syntax.Alias alias && !struct && !alias.isVariantPath()) {
        throw binder.error(
            "PARSE_SYNTAX_ERROR",
            alias,
            "only the fields of 'struct' can be named with AS here",
            null);
      } else {
        arguments.add(argument);
      }
    }
    return arguments;
  }

  private static boolean isEdge(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "first", "last", "any_value" -> true;
      default -> false;
    };
  }

  private void requireOneOrder(Syntax.Call call) {
    int orders = call.extras().withinGroup().size();
    if (orders > 1) {
      throw binder.error(
          "INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS",
          call,
          "WITHIN GROUP orders by one expression, not by " + orders,
          null);
    }
    if (orders == 1 && call.extras().distinct()) {
      throw binder.error(
          "INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED",
          call,
          "DISTINCT does not go with WITHIN GROUP",
          null);
    }
  }

  NamedAggregation aggregation(Syntax.Call call, AggregateFunction function, String name) {
    List<Syntax> arguments = new ArrayList<>(call.arguments());
    call.extras()
        .ignoreNulls()
        .ifPresent(
            ignore ->
                arguments.add(
                    new Syntax.Constant(
                        AtomicType.BOOLEAN, ignore, String.valueOf(ignore), call.offset())));
    Syntax.Call full = new Syntax.Call(call.name(), arguments, call.extras(), call.offset());
    BoundCall bound = bindArguments(full);
    Aggregation aggregation = function.bind(bound);
    if (!bound.askedForKeys()) {
      requireOneOrder(call);
    }
    if (!call.extras().withinGroup().isEmpty() && !bound.askedForOrder()) {
      throw binder.error(
          "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
          call,
          "'" + call.name() + "' takes no WITHIN GROUP",
          null);
    }
    Optional<Expression> filter = call.extras().filter().map(this::filter);
    for (Expression argument : aggregation.arguments()) {
      if (!argument.deterministic()) {
        throw binder.error(
            "AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION",
            call,
            "an aggregate function of what differs from call to call",
            "compute it in a step before");
      }
    }
    return new NamedAggregation(name, aggregation, call.extras().distinct(), filter);
  }

  private Expression filter(Syntax syntax) {
    Expression bound = binder.bind(syntax);
    if (bound.type() == AtomicType.NULL) {
      throw binder.error(
          "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN",
          syntax,
          "the condition of FILTER must be BOOLEAN, but '" + bound.sql() + "' is VOID",
          "write 'false' to leave all rows out");
    }
    return binder.condition(bound, syntax, "the condition of FILTER");
  }

  Windowing windowing(Syntax.Call call, WindowFunction function) {
    return function.bind(bindArguments(call));
  }

  Generator generator(Syntax.Call call, GeneratorFunction function) {
    return function.bind(bindArguments(call));
  }

  /** {@code int(x)} is CAST(x AS INT). */
  private static Optional<DataType> castTo(Syntax.Call call) {
    return call.arguments().size() == 1
        ? TypeParser.ofCast(call.name().toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  private Expression castFunction(Syntax.Call call, DataType type) {
    Expression operand = binder.bind(call.arguments().get(0));
    if (!Casts.allowed(operand.type(), type)) {
      throw binder.error(
          "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
          call,
          "cannot cast '" + operand.sql() + "' from " + operand.type().sql() + " to " + type.sql(),
          null);
    }
    Expression cast = Cast.explicit(operand, type, false, binder.session());
    return new Renamed(SpecialCasts.known(cast, binder.session()), operand.sql());
  }
}
