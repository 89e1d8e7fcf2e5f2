package dev.sluice.operators.sql.syntax;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The same expression with some of its parts replaced. */
public final class SyntaxRewrite {
  private final Function<Syntax, Optional<Syntax>> replacement;

  /**
   * {@code replacement} gives what stands in the place of a part, or nothing to keep it and look
   * inside.
   */
  public SyntaxRewrite(Function<Syntax, Optional<Syntax>> replacement) {
    this.replacement = replacement;
  }

  public List<Syntax> all(List<Syntax> list) {
    return list.stream().map(this::apply).toList();
  }

  public Syntax apply(Syntax syntax) {
    return replacement.apply(syntax).orElseGet(() -> inside(syntax));
  }

  private Syntax.Over inside(Syntax.Over over) {
    return new Syntax.Over(
        over.name(), all(over.partition()), order(over.order()), over.frame(), over.offset());
  }

  public List<Syntax.OrderItem> order(List<Syntax.OrderItem> items) {
    return items.stream()
        .map(o -> new Syntax.OrderItem(apply(o.expression()), o.ascending(), o.nullsFirst()))
        .toList();
  }

  private Syntax inside(Syntax syntax) {
    if (syntax instanceof Syntax.Call c) {
      Syntax.Extras x = c.extras();
      Syntax.Extras extras =
          x == Syntax.Extras.NONE
              ? x
              : new Syntax.Extras(
                  x.distinct(),
                  x.filter().map(this::apply),
                  order(x.withinGroup()),
                  x.ignoreNulls(),
                  x.over().map(this::inside),
                  x.bare());
      return new Syntax.Call(c.name(), all(c.arguments()), extras, c.offset());
    }
    if (syntax instanceof Syntax.Binary b) {
      return new Syntax.Binary(b.operator(), apply(b.left()), apply(b.right()), b.offset());
    }
    if (syntax instanceof Syntax.Logical l) {
      return new Syntax.Logical(l.and(), all(l.operands()), l.offset());
    }
    if (syntax instanceof Syntax.Unary u) {
      return new Syntax.Unary(u.operator(), apply(u.operand()), u.offset());
    }
    if (syntax instanceof Syntax.Alias a) {
      return new Syntax.Alias(apply(a.operand()), a.names(), a.offset());
    }
    if (syntax instanceof Syntax.Cast c) {
      return new Syntax.Cast(apply(c.operand()), c.type(), c.tryCast(), c.offset());
    }
    if (syntax instanceof Syntax.Is i) {
      return new Syntax.Is(apply(i.operand()), i.test(), i.not(), i.offset());
    }
    if (syntax instanceof Syntax.In in) {
      return new Syntax.In(apply(in.operand()), all(in.list()), in.not(), in.offset());
    }
    if (syntax instanceof Syntax.Between b) {
      return new Syntax.Between(
          apply(b.operand()), apply(b.low()), apply(b.high()), b.not(), b.offset());
    }
    if (syntax instanceof Syntax.Like l) {
      return new Syntax.Like(
          l.operator(),
          l.quantifier(),
          apply(l.operand()),
          all(l.patterns()),
          l.escape(),
          l.not(),
          l.offset());
    }
    if (syntax instanceof Syntax.Case c) {
      List<Syntax.When> branches =
          c.branches().stream()
              .map(w -> new Syntax.When(apply(w.condition()), apply(w.result())))
              .toList();
      return new Syntax.Case(
          c.operand().map(this::apply), branches, c.otherwise().map(this::apply), c.offset());
    }
    if (syntax instanceof Syntax.Member m) {
      return new Syntax.Member(apply(m.operand()), m.name(), m.offset());
    }
    if (syntax instanceof Syntax.Item i) {
      return new Syntax.Item(apply(i.operand()), apply(i.index()), i.offset());
    }
    if (syntax instanceof Syntax.Lambda l) {
      return new Syntax.Lambda(l.parameters(), apply(l.body()), l.offset());
    }
    if (syntax instanceof Syntax.NamedArgument n) {
      return new Syntax.NamedArgument(n.name(), apply(n.value()), n.offset());
    }
    return syntax;
  }
}
