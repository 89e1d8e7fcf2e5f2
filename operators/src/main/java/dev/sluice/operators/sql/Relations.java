package dev.sluice.operators.sql;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What stands after FROM. */
final class Relations {
  private static final long MOST_RANGE_ROWS = 10_000_000L;

  private final QueryAnalyzer query;
  private final SqlText text;

  Relations(QueryAnalyzer query) {
    this.query = query;
    this.text = query.text();
  }

  /** Rows, and the names that reach their columns. */
  record Named(Rel rel, Scope names, boolean dependent) {
    /** Rows that do not depend on the row around. */
    Named(Rel rel, Scope names) {
      this(rel, names, false);
    }
  }

  /** SELECT without FROM: one row of no columns. */
  Named oneRow() {
    Rel rel = new Rel.Values(Schema.EMPTY, List.of(Binder.ONE_ROW), query.origin());
    return new Named(rel, new Scope(List.of()));
  }

  Named plan(Query.Relation relation) {
    if (relation instanceof Query.Table table) {
      return table(table);
    }
    if (relation instanceof Query.Values values) {
      return alias(
          new QueryAnalyzer.Planned(values(values), false),
          values.alias(),
          values.columns(),
          values.offset());
    }
    if (relation instanceof Query.Derived derived) {
      return alias(
          query.plan(derived.query()), derived.alias(), derived.columns(), derived.offset());
    }
    if (relation instanceof Query.Pivot pivot) {
      return new Shapes(query).pivot(plan(pivot.input()), pivot);
    }
    if (relation instanceof Query.Unpivot unpivot) {
      return new Shapes(query).unpivot(plan(unpivot.input()), unpivot);
    }
    if (relation instanceof Query.Sample sample) {
      return new Shapes(query).sample(plan(sample.input()), sample);
    }
    if (relation instanceof Query.Input) {
      return query.input();
    }
    if (relation instanceof Query.TableFunction function) {
      return alias(
          function(function),
          function.alias().or(() -> Optional.of("")),
          function.columns(),
          function.offset());
    }
    return join((Query.Join) relation);
  }

  Named alias(
      QueryAnalyzer.Planned planned, Optional<String> alias, List<String> columns, int offset) {
    String table = alias.orElse("");
    Rel rel = planned.rel();
    int lead = query.lead(planned);
    Scope scope = QueryAnalyzer.names(rel, lead, table);
    if (columns.isEmpty()) {
      return new Named(rel, scope, planned.dependent());
    }
    int width = rel.schema().visible().size() - lead;
    if (columns.size() != width) {
      throw text.error(
          "NUM_TABLE_VALUE_ALIASES_MISMATCH",
          offset,
          columns.size() + " names are given for " + width + " columns",
          null);
    }
    List<Scope.Entry> entries = new ArrayList<>(scope.entries());
    for (int i = 0; i < columns.size(); i++) {
      Field field = rel.schema().field(lead + i).withName(columns.get(i));
      entries.set(lead + i, new Scope.Entry(table, field, false, false));
    }
    return new Named(rel, new Scope(entries), planned.dependent());
  }

  private Named table(Query.Table table) {
    String name = table.name().get(table.name().size() - 1);
    Optional<QueryAnalyzer.Planned> rel =
        query
            .table(String.join(".", table.name()), table.offset())
            .or(() -> query.table(name, table.offset()));
    if (rel.isEmpty() && table.name().size() == 2) {
      rel = query.files(files(table));
    } else if (!table.options().isEmpty()) {
      throw text.error(
          "UNSUPPORTED_OPTIONS",
          table.options().get(0).keyOffset(),
          "options behind WITH go with files only",
          "leave them out");
    }
    if (rel.isEmpty()) {
      throw text.error(
          "TABLE_OR_VIEW_NOT_FOUND",
          table.offset(),
          "unknown table '" + String.join(".", table.name()) + "'",
          query.tableSuggestion(name));
    }
    return alias(
        rel.get(), table.alias().or(() -> Optional.of(name)), table.columns(), table.offset());
  }

  private SelectPlanner.Files files(Query.Table table) {
    List<Node.Entry> options = new ArrayList<>();
    for (Query.Property option : table.options()) {
      options.add(
          new Node.Entry(
              at(option.key(), option.keyOffset()), at(option.value(), option.valueOffset())));
    }
    return new SelectPlanner.Files(
        table.name().get(0), at(table.name().get(1), table.offset()), options);
  }

  private Node.Text at(String value, int offset) {
    return new Node.Text(value, Node.Text.Kind.STRING, text.at(offset), i -> text.at(offset));
  }

  private Rel values(Query.Values values) {
    Binder binder = query.constant();
    int width = values.rows().get(0).size();
    List<List<Expression>> rows = new ArrayList<>();
    for (List<Syntax> row : values.rows()) {
      if (row.size() != width) {
        throw text.error(
            "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
            row.get(0).offset(),
            "a row of VALUES has " + row.size() + " values, the first one has " + width,
            null);
      }
      rows.add(binder.bindAll(row));
    }
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      types.add(commonType(values, rows, i));
    }
    if (rows.stream().anyMatch(row -> row.stream().anyMatch(Relations::waits))) {
      return later(values, rows, types, binder);
    }
    for (int i = 0; i < width; i++) {
      DataType type = types.get(i);
      ColumnBuilder builder = ColumnBuilder.of(type, rows.size());
      boolean nullable = false;
      for (int r = 0; r < rows.size(); r++) {
        Column value =
            constant(binder.implicit(rows.get(r).get(i), type), values.rows().get(r).get(i));
        nullable |= value.isNull(0);
        builder.appendFrom(value, 0);
      }
      fields.add(new Field("col" + (i + 1), type, nullable));
      columns.add(builder.build());
    }
    Schema schema = new Schema(fields);
    return new Rel.Values(schema, List.of(new Batch(schema, columns, rows.size())), query.origin());
  }

  private DataType commonType(Query.Values values, List<List<Expression>> rows, int column) {
    DataType type = AtomicType.NULL;
    for (List<Expression> row : rows) {
      DataType next = row.get(column).type();
      DataType before = type;
      type =
          Optional.of(type)
              .filter(known -> !differentTexts(known, next))
              .flatMap(known -> TypeCoercionRules.inline(known, next))
              .orElseThrow(
                  () ->
                      text.error(
                          "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE",
                          values.rows().get(0).get(column).offset(),
                          "column "
                              + (column + 1)
                              + " of VALUES is "
                              + before.sql()
                              + " in one row and "
                              + next.sql()
                              + " in another",
                          null));
    }
    return type;
  }

  /** Texts of two collations: here none gives way to the other. */
  private static boolean differentTexts(DataType a, DataType b) {
    return CollatedType.isText(a) && CollatedType.isText(b) && !a.equals(b);
  }

  /** True for the time: it is known when the query runs. */
  private static boolean waits(Expression expression) {
    return expression.deterministic()
        && !expression.foldable()
        && (expression.children().isEmpty()
            || expression.children().stream().anyMatch(Relations::waits));
  }

  /** Rows that are computed when the query runs, one select each. */
  private Rel later(
      Query.Values values, List<List<Expression>> rows, List<DataType> types, Binder binder) {
    List<Rel> selects = new ArrayList<>();
    for (List<Expression> row : rows) {
      List<NamedExpression> columns = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        columns.add(
            new NamedExpression("col" + (i + 1), binder.implicit(row.get(i), types.get(i))));
      }
      selects.add(new Rel.Project(oneRow().rel(), columns, query.origin(values.offset())));
    }
    return selects.size() == 1
        ? selects.get(0)
        : new Rel.Union(selects, selects.get(0).schema(), query.origin(values.offset()));
  }

  private Column constant(Expression expression, Syntax at) {
    if (!expression.deterministic()) {
      throw text.error(
          "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE",
          at.offset(),
          "VALUES takes constants, and '" + expression.sql() + "' is random",
          "select it: SELECT rand() FROM VALUES ...");
    }
    try {
      return expression.evaluate(Binder.ONE_ROW, EvaluationContext.NONE);
    } catch (EvaluationException e) {
      throw text.error(
          "INVALID_INLINE_TABLE.FAILED_SQL_EXPRESSION_EVALUATION",
          at.offset(),
          String.valueOf(e.getMessage()),
          null);
    }
  }

  private QueryAnalyzer.Planned function(Query.TableFunction function) {
    if (function.call().name().equalsIgnoreCase("range")) {
      return new QueryAnalyzer.Planned(range(function.call()), false);
    }
    Correlation correlation = query.correlation();
    Named from =
        correlation.uses(function) ? correlation.attach(oneRow(), query.origin()) : oneRow();
    Binder binder = query.selects().binder(text, from.names());
    if (binder.functions().find(function.call().name()).isEmpty()) {
      throw binder.error(
          "UNRESOLVABLE_TABLE_VALUED_FUNCTION",
          function.call(),
          "unknown table function '" + function.call().name() + "'",
          binder.functions().suggestion(function.call().name()));
    }
    correlation.enter(function);
    Rel rel =
        Generators.generate(from.rel(), function.call(), false, List.of(), binder, query.origin());
    correlation.leave();
    return new QueryAnalyzer.Planned(rel, from.dependent());
  }

  private Rel range(Syntax.Call call) {
    Binder binder = query.constant();
    List<Expression> bound = binder.bindAll(call.arguments());
    if (bound.isEmpty() || bound.size() > 4) {
      throw binder.error(
          "WRONG_NUM_ARGS", call, "'range' takes 1 to 4 arguments, not " + bound.size(), null);
    }
    long[] numbers = new long[bound.size()];
    for (int i = 0; i < numbers.length; i++) {
      Expression number = bound.get(i);
      if (!number.foldable()
          || !(Casts.isNumeric(number.type()) || number.type() == AtomicType.STRING)) {
        throw binder.error(
            "UNEXPECTED_INPUT_TYPE",
            call.arguments().get(i),
            "'range' takes constant whole numbers",
            null);
      }
      Object value =
          constant(
                  Cast.explicit(number, AtomicType.BIGINT, false, binder.session()),
                  call.arguments().get(i))
              .value(0);
      if (!(value instanceof Long whole)) {
        throw binder.error(
            "UNEXPECTED_INPUT_TYPE", call.arguments().get(i), "'range' takes no NULL", null);
      }
      numbers[i] = whole;
    }
    long start = numbers.length == 1 ? 0 : numbers[0];
    long end = numbers.length == 1 ? numbers[0] : numbers[1];
    long step = numbers.length > 2 ? numbers[2] : 1;
    if (step == 0) {
      throw binder.error("FAILED_FUNCTION_CALL", call, "the step of 'range' cannot be 0", null);
    }
    return new Rel.Values(
        Schema.of(new Field("id", AtomicType.BIGINT, false)),
        rangeBatches(start, end, step, call),
        query.origin());
  }

  private List<Batch> rangeBatches(long start, long end, long step, Syntax.Call call) {
    Schema schema = Schema.of(new Field("id", AtomicType.BIGINT, false));
    java.math.BigInteger span =
        java.math.BigInteger.valueOf(end).subtract(java.math.BigInteger.valueOf(start));
    java.math.BigInteger[] division = span.divideAndRemainder(java.math.BigInteger.valueOf(step));
    java.math.BigInteger exact =
        division[1].signum() == 0 ? division[0] : division[0].add(java.math.BigInteger.ONE);
    if (division[1].signum() != 0 && (span.signum() < 0) != (step < 0)) {
      exact = java.math.BigInteger.ZERO;
    }
    if (exact.signum() < 0) {
      exact = java.math.BigInteger.ZERO;
    }
    if (exact.bitLength() > 62 || exact.longValue() > MOST_RANGE_ROWS) {
      throw text.error(
          "NOT_IMPLEMENTED",
          call.offset(),
          "'range' makes at most " + MOST_RANGE_ROWS + " rows",
          null);
    }
    long count = exact.longValue();
    List<Batch> batches = new ArrayList<>();
    for (long from = 0; from < count; from += Batch.TARGET_ROWS) {
      int rows = (int) Math.min(Batch.TARGET_ROWS, count - from);
      long[] ids = new long[rows];
      for (int i = 0; i < rows; i++) {
        ids[i] = start + (from + i) * step;
      }
      batches.add(
          new Batch(
              schema, List.of(new LongColumn(AtomicType.BIGINT, ids, Validity.ALL, rows)), rows));
    }
    return batches;
  }

  Named lateralView(Named from, Query.LateralView view) {
    Binder binder = query.selects().binder(text, from.names());
    Generators.requireAnywhere(view.call(), binder, "ROUTINE_NOT_FOUND");
    Rel.Generate generate =
        Generators.generate(
            from.rel(), view.call(), view.outer(), view.columns(), binder, query.origin());
    return new Named(
        generate, withGenerated(from.names(), generate, view.alias()), from.dependent());
  }

  private static Scope withGenerated(Scope names, Rel.Generate generate, String alias) {
    List<Field> added = generate.schema().fields().subList(names.size(), generate.schema().size());
    return names.plus(Scope.of(new Schema(added), alias));
  }

  private Named join(Query.Join join) {
    Correlation correlation = query.correlation();
    Named left =
        join.type().keepsRight() ? correlation.closed(() -> plan(join.left())) : plan(join.left());
    if (join.right() instanceof Query.TableFunction function
        && (join.lateral() || join.type() == JoinType.CROSS && join.on().isEmpty())
        && !(join.type() == JoinType.LEFT_OUTER && join.on().isPresent())
        && Generators.function(function.call(), query.selects().binder(text, left.names()))
            .isPresent()) {
      return generated(join, left, function);
    }
    if (join.lateral()) {
      return new Joins(query).lateral(join, left);
    }
    boolean inner = join.type() == JoinType.INNER || join.type() == JoinType.CROSS;
    Named right =
        inner || join.type() == JoinType.RIGHT_OUTER
            ? plan(join.right())
            : correlation.closed(() -> plan(join.right()));
    return new Joins(query).join(join, left, right);
  }

  /** A function that makes rows of each row of the left side. */
  private Named generated(Query.Join join, Named written, Query.TableFunction function) {
    Correlation correlation = query.correlation();
    Named left = correlation.uses(function) ? correlation.attach(written, query.origin()) : written;
    correlation.enter(function);
    Binder binder = query.selects().binder(text, left.names());
    boolean outer = join.type() == JoinType.LEFT_OUTER;
    Rel.Generate generate =
        Generators.generate(
            left.rel(), function.call(), outer, function.columns(), binder, query.origin());
    correlation.leave();
    Scope names = withGenerated(left.names(), generate, function.alias().orElse(""));
    Named rows = new Named(generate, names, left.dependent());
    return join.on().isEmpty() ? rows : new SelectBody(query).where(rows, join.on().get());
  }
}
