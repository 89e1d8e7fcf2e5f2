package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.KeyTypes;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * UNION, INTERSECT and EXCEPT by the nodes there are: distinct ones are semi and anti joins on all
 * columns, null with null; with ALL equal rows are counted on both sides and given as often as is
 * left. Columns of a domain in front are columns like the others.
 */
final class SetOperations {
  private static final String COUNT = "count";

  private final QueryAnalyzer query;
  private final int lead;

  SetOperations(QueryAnalyzer query, int lead) {
    this.query = query;
    this.lead = lead;
  }

  Rel plan(Query.SetOperation operation, Rel left, Rel right) {
    Origin origin = query.origin(operation.offset());
    refuseStreams(operation, left, right);
    Schema schema = common(operation, left.schema().visible(), right.schema().visible());
    Rel a = cast(left, schema);
    Rel b = cast(right, schema);
    return switch (operation.operator()) {
      case "UNION" -> {
        Rel all = new Rel.Union(List.of(a, b), schema, origin);
        yield operation.all() ? all : query.distinct(all, operation.offset());
      }
      case "INTERSECT" ->
          operation.all()
              ? counted(a, b, schema, true)
              : compared(a, b, JoinType.LEFT_SEMI, operation.offset());
      default ->
          operation.all()
              ? counted(a, b, schema, false)
              : compared(a, b, JoinType.LEFT_ANTI, operation.offset());
    };
  }

  /** Whether a row is among those of a stream is never certain: they never end. */
  private void refuseStreams(Query.SetOperation operation, Rel left, Rel right) {
    if (operation.operator().equals("INTERSECT") && (Rel.streams(left) || Rel.streams(right))) {
      throw query
          .text()
          .error(
              "UNSUPPORTED_OPERATION",
              operation.offset(),
              "Intersect of streaming DataFrames/Datasets is not supported",
              "join the two with type leftSemi");
    }
    if (operation.operator().equals("EXCEPT") && Rel.streams(right)) {
      throw query
          .text()
          .error(
              "UNSUPPORTED_OPERATION",
              operation.offset(),
              "Except on a streaming DataFrame/Dataset on the right is not supported",
              null);
    }
  }

  private Schema common(Query.SetOperation operation, Schema left, Schema right) {
    if (left.size() != right.size()) {
      throw query
          .text()
          .error(
              "NUM_COLUMNS_MISMATCH",
              operation.offset(),
              "the sides of "
                  + operation.operator()
                  + " have "
                  + (left.size() - lead)
                  + " and "
                  + (right.size() - lead)
                  + " columns",
              null);
    }
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      Field a = left.field(i);
      Field b = right.field(i);
      Optional<DataType> type = TypeCoercionRules.common(a.type(), b.type());
      if (type.isEmpty()) {
        throw query
            .text()
            .error(
                "INCOMPATIBLE_COLUMN_TYPE",
                operation.offset(),
                "column "
                    + (i - lead + 1)
                    + " of "
                    + operation.operator()
                    + " is "
                    + a.type().sql()
                    + " on one side and "
                    + b.type().sql()
                    + " on the other",
                null);
      }
      if (i >= lead && !(operation.all() && operation.operator().equals("UNION"))) {
        requireComparable(a.name(), type.get(), operation.offset(), query.text());
      }
      boolean nullable =
          operation.operator().equals("EXCEPT") ? a.nullable() : a.nullable() || b.nullable();
      fields.add(new Field(a.name(), type.get(), nullable));
    }
    return new Schema(fields);
  }

  private Rel cast(Rel input, Schema schema) {
    boolean same = input.schema().size() == schema.size();
    List<NamedExpression> columns = new ArrayList<>();
    Binder binder = query.constant();
    for (int i = 0; i < schema.size(); i++) {
      Field from = input.schema().field(i);
      same &= from.type().equals(schema.field(i).type());
      Expression column = new ColumnReference(i, from.name(), from.type(), from.nullable());
      columns.add(
          new NamedExpression(
              schema.field(i).name(),
              Cast.implicit(column, schema.field(i).type(), binder.session())));
    }
    return same ? input : new Rel.Project(input, columns, query.origin());
  }

  /** The different left rows that are, or are not, among the right ones. */
  private Rel compared(Rel left, Rel right, JoinType type, int offset) {
    int width = left.schema().size();
    List<Expression> equal = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      equal.add(
          Correlation.same(
              reference(left.schema().field(i), i),
              reference(right.schema().field(i), width + i),
              query.constant()));
    }
    return query.distinct(
        new Rel.Join(left, right, type, Conditions.all(equal), query.origin(offset)), offset);
  }

  private static Expression reference(Field field, int index) {
    return new ColumnReference(index, field.name(), field.type(), field.nullable());
  }

  /** Rows as often as in the side that has fewer, or as often as the left has more. */
  private Rel counted(Rel left, Rel right, Schema schema, boolean both) {
    int width = schema.size();
    List<Field> fields = new ArrayList<>(schema.fields());
    fields.add(new Field("l", AtomicType.BIGINT, false));
    fields.add(new Field("r", AtomicType.BIGINT, false));
    Rel all =
        new Rel.Union(
            List.of(marked(left, 1, 0), marked(right, 0, 1)), new Schema(fields), query.origin());
    Scope names = Scope.of(all.schema());
    Binder rows = query.selects().inside(Correlation.NONE).binder(query.text(), names);
    Aggregates grouping = new Aggregates(names, SelectAnalyzer.references(schema.fields(), width));
    Syntax l = call("sum", new Syntax.Position(width, "l", 0));
    Syntax r = call("sum", new Syntax.Position(width + 1, "r", 0));
    grouping.collect(l, rows);
    grouping.collect(r, rows);
    Rel groups = grouping.build(all, query.scope(), query.origin());
    Binder over = query.selects().over(grouping, query.text());
    Syntax times = both ? call("least", l, r) : new Syntax.Binary("-", l, r, 0);
    Expression count = over.bind(times);
    Rel repeated = new Rel.Generate(groups, new Repeat(count), List.of(COUNT), query.origin());
    return new Rel.Project(
        repeated, SelectAnalyzer.references(schema.fields(), width), query.origin());
  }

  private static Syntax call(String name, Syntax... arguments) {
    return new Syntax.Call(
        name.toLowerCase(Locale.ROOT), List.of(arguments), Syntax.Extras.NONE, 0);
  }

  private Rel marked(Rel input, long left, long right) {
    List<NamedExpression> columns =
        SelectAnalyzer.references(input.schema().fields(), input.schema().size());
    columns.add(new NamedExpression("l", number(left)));
    columns.add(new NamedExpression("r", number(right)));
    return new Rel.Project(input, columns, query.origin());
  }

  private static Expression number(long value) {
    return new Literal(AtomicType.BIGINT, value, String.valueOf(value));
  }

  /** Rows are compared by all their columns: none may hold a map or a variant. */
  static void requireComparable(String column, DataType type, int offset, SqlText text) {
    Optional<KeyTypes.Refusal> refusal = KeyTypes.rows(column, type);
    if (refusal.isPresent()) {
      throw text.error(refusal.get().condition(), offset, refusal.get().fact(), null);
    }
  }
}
