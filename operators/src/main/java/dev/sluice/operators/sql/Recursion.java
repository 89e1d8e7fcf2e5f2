package dev.sluice.operators.sql;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Query;
import dev.sluice.operators.sql.syntax.QueryWalk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code WITH RECURSIVE}: the rows of the first query, then again and again those that the second
 * one makes of the rows before, until there are none.
 */
final class Recursion {
  private static final int LEVELS = 100;

  private final QueryAnalyzer query;
  private final Query.With with;

  Recursion(QueryAnalyzer query, Query.With with) {
    this.query = query;
    this.with = with;
  }

  QueryAnalyzer.Planned plan() {
    Query whole = with.query();
    if (!(whole.body() instanceof Query.SetOperation union)
        || !union.operator().equals("UNION")
        || !QueryWalk.reads(whole, with.name())) {
      if (QueryWalk.reads(whole, with.name())) {
        throw error(
            "INVALID_RECURSIVE_CTE",
            with.offset(),
            "the recursive query '" + with.name() + "' is no UNION ALL of a first and a next query",
            null);
      }
      return query.named(with);
    }
    QueryAnalyzer inner = whole.with().isEmpty() ? query : query.withNamed(whole);
    if (QueryWalk.reads(Query.of(union.left()), with.name())) {
      throw error(
          "INVALID_RECURSIVE_CTE",
          with.offset(),
          "the first query of '" + with.name() + "' cannot read '" + with.name() + "'",
          null);
    }
    if (!union.all()) {
      throw error(
          "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE",
          union.offset(),
          "a recursive query takes UNION ALL, not UNION",
          "add ALL");
    }
    QueryAnalyzer.Planned first = inner.plan(Query.of(union.left()));
    Rel rel = rows(union, inner, first);
    if (whole.orderBy().isEmpty() && whole.limit().isEmpty() && whole.rowOffset().isEmpty()) {
      return new QueryAnalyzer.Planned(rel, false);
    }
    Query arranged =
        new Query(
            List.of(),
            new Query.Plain(new Query.Input(whole.offset()), whole.offset()),
            whole.orderBy(),
            whole.orderByAll(),
            whole.limit(),
            whole.rowOffset(),
            whole.offset());
    return inner.over(new Relations.Named(rel, QueryAnalyzer.names(rel, 0, ""))).plan(arranged);
  }

  private Rel rows(Query.SetOperation union, QueryAnalyzer inner, QueryAnalyzer.Planned first) {
    Schema schema = schema(first);
    RecursiveRows.Level level = new RecursiveRows.Level();
    Rel.Values previous = new Rel.Values(schema, level, query.origin(with.offset()));
    QueryAnalyzer.Planned next = inner.knowing(with.name(), previous).plan(Query.of(union.right()));
    if (first.dependent() || next.dependent()) {
      throw error(
          "NOT_IMPLEMENTED",
          with.offset(),
          "a recursive query cannot name columns of a query around",
          null);
    }
    int uses = uses(next.rel(), previous);
    if (uses > 1) {
      throw error(
          "INVALID_RECURSIVE_REFERENCE.NUMBER",
          union.offset(),
          "a recursive query reads itself once, not " + uses + " times",
          null);
    }
    if (uses == 0 || misplaced(next.rel(), previous)) {
      throw error(
          "INVALID_RECURSIVE_REFERENCE.PLACE",
          union.offset(),
          "a recursive query cannot read itself in an aggregation, in a query inside an expression, or on the side of an outer join that may be missing",
          null);
    }
    Rel step = cast(next.rel(), schema, union.right().offset());
    requireReadable(first.rel());
    requireReadable(step);
    RecursiveRows rows =
        new RecursiveRows(
            renamed(first.rel(), schema),
            step,
            level,
            with.levels().orElse(LEVELS),
            query.beforehand(step).orElseThrow());
    return new Rel.Values(schema, rows, query.origin(with.offset()));
  }

  private void requireReadable(Rel rel) {
    if (query.beforehand(rel).isEmpty()) {
      throw error(
          "UNSUPPORTED_FEATURE.RECURSIVE_CTE",
          with.offset(),
          "a recursive query is computed before the pipeline runs and cannot read its sources",
          "join its rows to the source instead");
    }
    if (query.scope() == Rel.Aggregate.Scope.STREAM && Moments.asked(with.query())) {
      throw error(
          "UNSUPPORTED_FEATURE.RECURSIVE_CTE",
          with.offset(),
          "a recursive query is computed before the pipeline runs: it cannot ask for the time, or be random",
          null);
    }
  }

  private Schema schema(QueryAnalyzer.Planned first) {
    List<Field> given = first.rel().schema().visible().fields();
    List<String> names = with.columns();
    if (!names.isEmpty() && names.size() != given.size()) {
      throw error(
          "ASSIGNMENT_ARITY_MISMATCH",
          with.offset(),
          names.size() + " names are given for " + given.size() + " columns",
          null);
    }
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String name = names.isEmpty() ? given.get(i).name() : names.get(i);
      fields.add(new Field(name, given.get(i).type(), true));
    }
    return new Schema(fields);
  }

  private Rel renamed(Rel rel, Schema schema) {
    List<NamedExpression> columns = SelectAnalyzer.references(rel.schema().fields(), schema.size());
    List<NamedExpression> under = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      under.add(new NamedExpression(schema.field(i).name(), columns.get(i).expression()));
    }
    return new Rel.Project(rel, under, query.origin(with.offset()));
  }

  /** What the next query gives, in the types of the first one. */
  private Rel cast(Rel rel, Schema schema, int offset) {
    int width = rel.schema().visible().size();
    if (width != schema.size()) {
      throw error(
          "NUM_COLUMNS_MISMATCH",
          offset,
          "UNION ALL puts together queries of " + schema.size() + " and " + width + " columns",
          null);
    }
    List<NamedExpression> columns = SelectAnalyzer.references(rel.schema().fields(), width);
    List<NamedExpression> cast = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      Expression column = columns.get(i).expression();
      DataType type = schema.field(i).type();
      if (!column.type().equals(type) && !TypeCoercionRules.assignable(column.type(), type)) {
        throw error(
            "INCOMPATIBLE_COLUMN_TYPE",
            offset,
            "column "
                + (i + 1)
                + " of the recursive query is "
                + type.sql()
                + " at first and then "
                + column.type().sql(),
            "cast it in the first query");
      }
      Expression made =
          column.type().equals(type)
              ? column
              : Cast.explicit(column, type, false, query.constant().session());
      cast.add(new NamedExpression(schema.field(i).name(), made));
    }
    return new Rel.Project(rel, cast, query.origin(offset));
  }

  private static int uses(Rel rel, Rel of) {
    return rel == of ? 1 : rel.inputs().stream().mapToInt(input -> uses(input, of)).sum();
  }

  /** Whether the rows before go through what needs all rows of the recursion at once. */
  private static boolean misplaced(Rel rel, Rel of) {
    if (rel == of || uses(rel, of) == 0) {
      return false;
    }
    if (rel instanceof Rel.Aggregate || rel instanceof Rel.Deduplicate) {
      return true;
    }
    if (rel instanceof Rel.Join join) {
      boolean left = uses(join.left(), of) > 0;
      JoinType type = join.type();
      boolean preserved = left ? !type.leftMayMiss() : !type.rightMayMiss() && type.givesRight();
      if (!preserved || type == JoinType.EXISTENCE) {
        return true;
      }
    }
    return rel.inputs().stream().anyMatch(input -> misplaced(input, of));
  }

  /**
   * The same plan over as few rows of a recursion as can be wanted: a limit right above it ends one
   * that would not end by itself.
   */
  static Rel cut(Rel rel, long rows) {
    if (rel instanceof Rel.Values values && values.batches() instanceof RecursiveRows recursive) {
      return new Rel.Values(values.schema(), recursive.atMost(rows), values.origin());
    }
    if (rel instanceof Rel.Project project) {
      Rel input = cut(project.input(), rows);
      return input == project.input()
          ? rel
          : new Rel.Project(input, project.expressions(), project.origin());
    }
    return rel;
  }

  private RuntimeException error(String code, int offset, String fact, @Nullable String remedy) {
    return query.text().error(code, offset, fact, remedy);
  }
}
