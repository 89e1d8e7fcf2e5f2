package dev.sluice.operators.sql;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.expression.Access;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Folded;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes bound expressions of syntax: resolves names, inserts implicit casts, folds constants. A
 * mistake throws, but where an expression has several operands all of them are tried, so that
 * several mistakes are told at once.
 */
final class Binder {
  static final Batch ONE_ROW = new Batch(Schema.EMPTY, List.of(), 1);

  private final SqlText text;
  private final Session session;
  private final FunctionRegistry functions;
  private final Scope scope;
  // Puts grouping keys and aggregates, already computed, in the place of what was written.
  private final BiFunction<Syntax, Binder, Optional<Expression>> known;
  private final Correlation correlation;

  Binder(SqlText text, Session session, FunctionRegistry functions, Scope scope) {
    this(text, session, functions, scope, (syntax, binder) -> Optional.empty(), Correlation.NONE);
  }

  Binder(
      SqlText text,
      Session session,
      FunctionRegistry functions,
      Scope scope,
      Correlation correlation) {
    this(text, session, functions, scope, (syntax, binder) -> Optional.empty(), correlation);
  }

  private Binder(
      SqlText text,
      Session session,
      FunctionRegistry functions,
      Scope scope,
      BiFunction<Syntax, Binder, Optional<Expression>> known,
      Correlation correlation) {
    this.text = text;
    this.session = session;
    this.functions = functions;
    this.scope = scope;
    this.known = known;
    this.correlation = correlation;
  }

  SqlText text() {
    return text;
  }

  Session session() {
    return session;
  }

  FunctionRegistry functions() {
    return functions;
  }

  Scope scope() {
    return scope;
  }

  Binder in(Scope other) {
    return new Binder(text, session, functions, other, known, correlation);
  }

  /** The same with what is computed already in the place of what was written. */
  Binder knowing(BiFunction<Syntax, Binder, Optional<Expression>> computed) {
    return new Binder(text, session, functions, scope, computed, correlation);
  }

  Correlation correlation() {
    return correlation;
  }

  /** Whether the name is a column here, if perhaps not of one relation only. */
  boolean isColumn(Syntax.Name name) {
    try {
      resolve(name);
      return true;
    } catch (AnalysisException e) {
      return e.errorClass().startsWith("AMBIGUOUS");
    }
  }

  AnalysisException error(String errorClass, Syntax at, String fact, @Nullable String remedy) {
    return text.error(errorClass, at.offset(), fact, remedy);
  }

  Expression implicit(Expression expression, DataType type) {
    return Folded.of(SpecialCasts.known(Cast.implicit(expression, type, session), session));
  }

  Expression bind(Syntax syntax) {
    Optional<Expression> computed = known.apply(syntax, this);
    return computed.isPresent()
        ? computed.get()
        : text.placed(Folded.of(bindNew(syntax)), syntax.offset());
  }

  /** Binds all; if one or more are wrong, all mistakes are told and one exception goes up. */
  List<Expression> bindAll(List<Syntax> all) {
    List<Expression> bound = new ArrayList<>(all.size());
    RuntimeException failure = null;
    for (Syntax syntax : all) {
      try {
        bound.add(bind(syntax));
      } catch (AnalysisException e) {
        text.report(e);
        failure = new Reported();
      } catch (Reported e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return bound;
  }

  private Expression bindNew(Syntax syntax) {
    if (syntax instanceof Syntax.Constant c) {
      return new Literal(c.type(), c.value(), c.sql());
    }
    if (syntax instanceof Syntax.Name name) {
      return name(name);
    }
    if (syntax instanceof Syntax.Position position) {
      Field field = scope.field(position.index());
      return new ColumnReference(position.index(), position.name(), field.type(), field.nullable());
    }
    if (syntax instanceof Syntax.Bound bound) {
      return bound.expression();
    }
    if (syntax instanceof Syntax.Call call) {
      Optional<Expression> window = TimeWindowing.assigned(call, scope);
      if (window.isPresent()) {
        return window.get();
      }
      return Aggregates.isAround(call, this)
          ? correlation.resolve(call, this).orElseThrow()
          : new CallBinder(this).scalar(call);
    }
    if (syntax instanceof Syntax.Binary binary) {
      List<Expression> sides = bindAll(List.of(binary.left(), binary.right()));
      return new OperatorBinder(this, binary).bind(binary.operator(), sides.get(0), sides.get(1));
    }
    if (syntax instanceof Syntax.Logical logical) {
      return new PredicateBinder(this).logical(logical);
    }
    if (syntax instanceof Syntax.Unary unary) {
      return new OperatorBinder(this, unary).unary(unary.operator(), bind(unary.operand()));
    }
    if (syntax instanceof Syntax.Cast cast) {
      return new PredicateBinder(this).cast(cast);
    }
    if (syntax instanceof Syntax.Case caseWhen) {
      return new PredicateBinder(this).caseWhen(caseWhen);
    }
    return bindOther(syntax);
  }

  private Expression bindOther(Syntax syntax) {
    if (syntax instanceof Syntax.TypedLiteral literal) {
      return TypedLiterals.bind(this, literal);
    }
    if (syntax instanceof Syntax.Is is) {
      return new PredicateBinder(this).is(is);
    }
    if (syntax instanceof Syntax.In in) {
      return new PredicateBinder(this).in(in);
    }
    if (syntax instanceof Syntax.Between between) {
      return new PredicateBinder(this).between(between);
    }
    if (syntax instanceof Syntax.Like like) {
      return new PredicateBinder(this).like(like);
    }
    if (syntax instanceof Syntax.Member member) {
      return member(bind(member.operand()), member.name(), member);
    }
    if (syntax instanceof Syntax.Item item) {
      List<Expression> both = bindAll(List.of(item.operand(), item.index()));
      return item(both.get(0), both.get(1), item);
    }
    if (syntax instanceof Syntax.Alias alias) {
      Expression operand = bind(alias.operand());
      return alias.isVariantPath()
          ? new Renamed(operand, operand.sql() + " AS " + alias.names().get(0))
          : operand;
    }
    if (syntax instanceof Syntax.Lambda) {
      throw error(
          "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION",
          syntax,
          "a lambda function stands alone here",
          null);
    }
    if (syntax instanceof Syntax.Star) {
      throw error("INVALID_USAGE_OF_STAR_OR_REGEX", syntax, "'*' cannot stand here", null);
    }
    if (syntax instanceof Syntax.NamedArgument) {
      throw error(
          "NAMED_PARAMETERS_NOT_SUPPORTED", syntax, "named arguments cannot stand here", null);
    }
    throw error(
        "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_TABLE_ARGUMENT",
        syntax,
        "a query cannot stand in this expression",
        "join the table instead");
  }

  // Names

  /** Which column a name means, and which of its parts are left for the fields inside. */
  record Resolved(int index, List<String> fields, String written) {}

  /** Lambda parameters hide columns; a table's column comes before a field of a column. */
  Resolved resolve(Syntax.Name name) {
    List<String> parts = name.parts();
    Optional<Integer> lambda = scope.lambda(parts.get(0));
    if (lambda.isPresent()) {
      return new Resolved(lambda.get(), parts.subList(1, parts.size()), "namedlambdavariable()");
    }
    for (int tableParts = Math.min(parts.size() - 1, 3); tableParts >= 1; tableParts--) {
      String column = parts.get(tableParts);
      List<Integer> found = scope.columns(parts.get(tableParts - 1), column);
      if (!found.isEmpty()) {
        return new Resolved(
            single(found, name, column), parts.subList(tableParts + 1, parts.size()), column);
      }
    }
    List<Integer> found = scope.columns(parts.get(0));
    if (found.isEmpty()) {
      throw unknownColumn(name);
    }
    return new Resolved(
        single(found, name, parts.get(0)), parts.subList(1, parts.size()), parts.get(0));
  }

  private Expression name(Syntax.Name name) {
    Resolved resolved;
    try {
      resolved = resolve(name);
    } catch (AnalysisException e) {
      return outer(name, e);
    }
    Field field = scope.field(resolved.index());
    Expression column =
        new ColumnReference(resolved.index(), resolved.written(), field.type(), field.nullable());
    return members(column, resolved.fields(), name);
  }

  /** The column of the query around that a name means which is none here. */
  Expression outer(Syntax.Name name, AnalysisException unknown) {
    if (!unknown.errorClass().startsWith("UNRESOLVED_COLUMN")) {
      throw unknown;
    }
    return correlation.resolve(name, this).orElseThrow(() -> unknown);
  }

  private AnalysisException unknownColumn(Syntax.Name name) {
    String written = String.join(".", name.parts());
    List<String> candidates = scope.names();
    String remedy =
        candidates.isEmpty()
            ? null
            : Names.suggestion(name.parts().get(name.parts().size() - 1), candidates);
    return error(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION", name, "unknown column '" + written + "'", remedy);
  }

  private int single(List<Integer> found, Syntax.Name name, String written) {
    if (found.size() > 1) {
      List<String> qualified = scope.qualified(found);
      throw error(
          "AMBIGUOUS_REFERENCE",
          name,
          "column '" + written + "' is ambiguous: there are " + found.size() + " of that name",
          qualified.isEmpty() ? null : "write " + String.join(" or ", qualified));
    }
    return found.get(0);
  }

  Expression members(Expression base, List<String> fields, Syntax at) {
    Expression result = base;
    for (String field : fields) {
      result = member(result, field, at);
    }
    return result;
  }

  private Expression member(Expression base, String name, Syntax at) {
    if (base.type() instanceof StructType struct) {
      return new Access.StructField(base, fieldIndex(struct, name, at));
    }
    if (base.type() instanceof ArrayType array && array.element() instanceof StructType struct) {
      return new Access.ArrayField(base, fieldIndex(struct, name, at));
    }
    if (base.type() instanceof MapType) {
      return item(base, new Literal(AtomicType.STRING, name, name), at);
    }
    throw error(
        "INVALID_EXTRACT_BASE_FIELD_TYPE",
        at,
        "'" + base.sql() + "' is " + base.type().sql() + " and has no field '" + name + "'",
        null);
  }

  private int fieldIndex(StructType struct, String name, Syntax at) {
    int found = -1;
    for (int i = 0; i < struct.size(); i++) {
      if (struct.field(i).name().equalsIgnoreCase(name)) {
        if (found >= 0) {
          throw error(
              "AMBIGUOUS_REFERENCE_TO_FIELDS",
              at,
              "the struct has several fields '" + name + "'",
              null);
        }
        found = i;
      }
    }
    if (found < 0) {
      List<String> names = struct.fields().stream().map(Field::name).toList();
      throw error(
          "FIELD_NOT_FOUND", at, "unknown field '" + name + "'", Names.suggestion(name, names));
    }
    return found;
  }

  Expression item(Expression base, Expression index, Syntax at) {
    if (base.type() instanceof ArrayType) {
      if (!Casts.isIntegral(index.type()) && index.type() != AtomicType.NULL) {
        throw error(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            at,
            "an array is indexed by a whole number, not by " + index.type().sql(),
            null);
      }
      return new Access.ArrayItem(base, implicit(index, AtomicType.INT), session.ansi());
    }
    if (base.type() instanceof MapType map) {
      if (map.key() == AtomicType.NULL && index.type() != AtomicType.NULL) {
        throw error(
            "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
            at,
            "the map is empty and its keys have no type",
            "cast it");
      }
      boolean other =
          index.type() instanceof CollatedType
              && CollatedType.isText(map.key())
              && !index.type().equals(map.key());
      if (other) {
        throw error(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            at,
            "the keys of the map are " + map.key().sql() + ", not " + index.type().sql(),
            null);
      }
      if (TypeCoercionRules.implicit(index.type(), map.key())
          || TypeCoercionRules.assignable(index.type(), map.key())) {
        return new Access.MapValue(base, implicit(index, map.key()));
      }
      Optional<DataType> common = TypeCoercionRules.common(map.key(), index.type());
      if (common.isEmpty()) {
        throw error(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            at,
            "the keys of the map are " + map.key().sql() + ", not " + index.type().sql(),
            null);
      }
      Expression cast =
          implicit(base, new MapType(common.get(), map.value(), map.valueContainsNull()));
      return new Access.MapValue(cast, implicit(index, common.get()));
    }
    if (base.type() instanceof StructType
        && index.foldable()
        && index.type() == AtomicType.STRING) {
      Object name =
          index.evaluate(ONE_ROW, dev.sluice.operators.expression.EvaluationContext.NONE).value(0);
      return member(base, String.valueOf(name), at);
    }
    throw error(
        "INVALID_EXTRACT_BASE_FIELD_TYPE",
        at,
        "'" + base.sql() + "' is " + base.type().sql() + " and cannot be indexed",
        null);
  }

  /** The body over the columns of this scope and then the parameters. */
  Expression lambda(Syntax.Lambda lambda, List<DataType> types, List<Boolean> nullable) {
    List<Field> parameters = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String name = lambda.parameters().get(i);
      for (Field other : parameters) {
        if (other.name().equalsIgnoreCase(name)) {
          throw error(
              "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES",
              lambda,
              "the parameter '" + name + "' stands twice",
              null);
        }
      }
      parameters.add(new Field(name, types.get(i), nullable.get(i)));
    }
    return in(scope.plusLambda(parameters)).bind(lambda.body());
  }

  /** As a condition: BOOLEAN, or NULL. */
  Expression condition(Expression expression, Syntax at, String what) {
    if (expression.type() != AtomicType.BOOLEAN && expression.type() != AtomicType.NULL) {
      throw error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          at,
          what + " must be BOOLEAN, but '" + expression.sql() + "' is " + expression.type().sql(),
          null);
    }
    return implicit(expression, AtomicType.BOOLEAN);
  }

  List<Expression> coerceToCommonType(List<Expression> given, int offset, String what) {
    List<Expression> expressions = CollationRules.unify(given, this, offset);
    Optional<DataType> common =
        TypeCoercionRules.common(expressions.stream().map(Expression::type).toList());
    if (common.isEmpty()) {
      List<String> types = expressions.stream().map(e -> e.type().sql()).distinct().toList();
      throw text.error(
          "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
          offset,
          "the values of " + what + " have no common type: " + String.join(", ", types),
          null);
    }
    return expressions.stream().map(e -> implicit(e, common.get())).toList();
  }
}
