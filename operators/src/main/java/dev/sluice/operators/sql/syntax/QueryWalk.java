package dev.sluice.operators.sql.syntax;

import java.util.function.Consumer;

/** All expressions of a query, also of the queries that it is made of. */
public final class QueryWalk {
  private final Consumer<Syntax> to;
  private final Consumer<Query.Table> tables;

  private QueryWalk(Consumer<Syntax> to, Consumer<Query.Table> tables) {
    this.to = to;
    this.tables = tables;
  }

  public static void expressions(Query query, Consumer<Syntax> to) {
    new QueryWalk(to, table -> {}).query(query);
  }

  /** Whether a table of this name is read, in whichever part. */
  public static boolean reads(Query query, String name) {
    boolean[] found = new boolean[1];
    new QueryWalk(
            syntax -> {},
            table ->
                found[0] |= table.name().size() == 1 && table.name().get(0).equalsIgnoreCase(name))
        .query(query);
    return found[0];
  }

  private void query(Query query) {
    query.with().forEach(w -> query(w.query()));
    body(query.body());
    query.orderBy().forEach(o -> expression(o.expression()));
  }

  private void expression(Syntax syntax) {
    to.accept(syntax);
    inside(syntax);
  }

  private void inside(Syntax syntax) {
    if (syntax instanceof Syntax.Subquery subquery) {
      query(subquery.query());
    }
    SyntaxWalk.children(syntax).forEach(child -> inside(child));
  }

  private void body(Query.Body body) {
    if (body instanceof Query.Select select) {
      select.items().forEach(i -> expression(i));
      select.from().ifPresent(f -> relation(f));
      select.where().ifPresent(w -> expression(w));
      select.groupBy().ifPresent(g -> g.keys().forEach(k -> expression(k)));
      select.having().ifPresent(h -> expression(h));
    } else if (body instanceof Query.SetOperation operation) {
      body(operation.left());
      body(operation.right());
    } else if (body instanceof Query.Nested nested) {
      query(nested.query());
    } else if (body instanceof Query.Plain plain) {
      relation(plain.relation());
    } else if (body instanceof Query.Piped piped) {
      body(piped.input());
      pipe(piped.pipe());
    }
  }

  private void pipe(Pipe pipe) {
    if (pipe instanceof Pipe.Choose choose) {
      body(choose.select());
    } else if (pipe instanceof Pipe.Extend extend) {
      extend.items().forEach(i -> expression(i));
    } else if (pipe instanceof Pipe.Assign assign) {
      assign.values().forEach(v -> expression(v));
    } else if (pipe instanceof Pipe.Where where) {
      expression(where.condition());
    } else if (pipe instanceof Pipe.Aggregate aggregate) {
      aggregate.items().forEach(i -> expression(i));
      aggregate.keys().ifPresent(keys -> keys.forEach(k -> expression(k)));
    } else if (pipe instanceof Pipe.Joined joined) {
      relation(joined.join());
    } else if (pipe instanceof Pipe.Shaped shaped) {
      relation(shaped.relation());
    } else if (pipe instanceof Pipe.Combined combined) {
      body(combined.operation());
    } else if (pipe instanceof Pipe.Arranged arranged) {
      query(arranged.query());
    }
  }

  private void relation(Query.Relation relation) {
    if (relation instanceof Query.Table table) {
      tables.accept(table);
    } else if (relation instanceof Query.Derived derived) {
      query(derived.query());
    } else if (relation instanceof Query.Join join) {
      relation(join.left());
      relation(join.right());
      join.on().ifPresent(on -> expression(on));
    } else if (relation instanceof Query.Pivot pivot) {
      relation(pivot.input());
      pivot.aggregates().forEach(a -> expression(a));
      pivot.columns().forEach(c -> expression(c));
    } else if (relation instanceof Query.Unpivot unpivot) {
      relation(unpivot.input());
      unpivot.columns().forEach(made -> made.columns().forEach(c -> expression(c)));
    } else if (relation instanceof Query.Sample sample) {
      relation(sample.input());
    }
  }
}
