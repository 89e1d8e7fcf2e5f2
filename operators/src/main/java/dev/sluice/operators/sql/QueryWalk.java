package dev.sluice.operators.sql;

import java.util.function.Consumer;

/** All expressions of a query, also of the queries that it is made of. */
final class QueryWalk {
  private QueryWalk() {}

  static void expressions(Query query, Consumer<Syntax> to) {
    query.with().forEach(w -> expressions(w.query(), to));
    body(query.body(), to);
    query.orderBy().forEach(o -> expression(o.expression(), to));
  }

  private static void expression(Syntax syntax, Consumer<Syntax> to) {
    to.accept(syntax);
    inside(syntax, to);
  }

  private static void inside(Syntax syntax, Consumer<Syntax> to) {
    if (syntax instanceof Syntax.Subquery subquery) {
      expressions(subquery.query(), to);
    }
    SyntaxWalk.children(syntax).forEach(child -> inside(child, to));
  }

  private static void body(Query.Body body, Consumer<Syntax> to) {
    if (body instanceof Query.Select select) {
      select.items().forEach(i -> expression(i, to));
      select.from().ifPresent(f -> relation(f, to));
      select.where().ifPresent(w -> expression(w, to));
      select.groupBy().ifPresent(g -> g.keys().forEach(k -> expression(k, to)));
      select.having().ifPresent(h -> expression(h, to));
    } else if (body instanceof Query.SetOperation operation) {
      body(operation.left(), to);
      body(operation.right(), to);
    } else if (body instanceof Query.Nested nested) {
      expressions(nested.query(), to);
    } else if (body instanceof Query.Plain plain) {
      relation(plain.relation(), to);
    } else if (body instanceof Query.Piped piped) {
      body(piped.input(), to);
      pipe(piped.pipe(), to);
    }
  }

  private static void pipe(Pipe pipe, Consumer<Syntax> to) {
    if (pipe instanceof Pipe.Choose choose) {
      body(choose.select(), to);
    } else if (pipe instanceof Pipe.Extend extend) {
      extend.items().forEach(i -> expression(i, to));
    } else if (pipe instanceof Pipe.Assign assign) {
      assign.values().forEach(v -> expression(v, to));
    } else if (pipe instanceof Pipe.Where where) {
      expression(where.condition(), to);
    } else if (pipe instanceof Pipe.Aggregate aggregate) {
      aggregate.items().forEach(i -> expression(i, to));
      aggregate.keys().ifPresent(keys -> keys.forEach(k -> expression(k, to)));
    } else if (pipe instanceof Pipe.Joined joined) {
      relation(joined.join(), to);
    } else if (pipe instanceof Pipe.Shaped shaped) {
      relation(shaped.relation(), to);
    } else if (pipe instanceof Pipe.Combined combined) {
      body(combined.operation(), to);
    } else if (pipe instanceof Pipe.Arranged arranged) {
      expressions(arranged.query(), to);
    }
  }

  private static void relation(Query.Relation relation, Consumer<Syntax> to) {
    if (relation instanceof Query.Derived derived) {
      expressions(derived.query(), to);
    } else if (relation instanceof Query.Join join) {
      relation(join.left(), to);
      relation(join.right(), to);
      join.on().ifPresent(on -> expression(on, to));
    } else if (relation instanceof Query.Pivot pivot) {
      relation(pivot.input(), to);
      pivot.aggregates().forEach(a -> expression(a, to));
      pivot.columns().forEach(c -> expression(c, to));
    } else if (relation instanceof Query.Unpivot unpivot) {
      relation(unpivot.input(), to);
      unpivot.columns().forEach(made -> made.columns().forEach(c -> expression(c, to)));
    } else if (relation instanceof Query.Sample sample) {
      relation(sample.input(), to);
    }
  }
}
