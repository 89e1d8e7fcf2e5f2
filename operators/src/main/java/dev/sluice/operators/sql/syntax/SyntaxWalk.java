package dev.sluice.operators.sql.syntax;

import java.util.ArrayList;
import java.util.List;

/** The parts that an expression is made of. */
public final class SyntaxWalk {
  private SyntaxWalk() {}

  public static List<Syntax> children(Syntax syntax) {
    if (syntax instanceof Syntax.Call c) {
      List<Syntax> all = new ArrayList<>(c.arguments());
      c.extras().filter().ifPresent(all::add);
      c.extras().withinGroup().forEach(item -> all.add(item.expression()));
      c.extras().over().ifPresent(over -> all.addAll(over.expressions()));
      return all;
    }
    if (syntax instanceof Syntax.Binary b) {
      return List.of(b.left(), b.right());
    }
    if (syntax instanceof Syntax.Logical l) {
      return l.operands();
    }
    if (syntax instanceof Syntax.Unary u) {
      return List.of(u.operand());
    }
    if (syntax instanceof Syntax.Alias a) {
      return List.of(a.operand());
    }
    if (syntax instanceof Syntax.Cast c) {
      return List.of(c.operand());
    }
    if (syntax instanceof Syntax.Is is) {
      return List.of(is.operand());
    }
    if (syntax instanceof Syntax.In in) {
      return with(in.operand(), in.list());
    }
    if (syntax instanceof Syntax.Between b) {
      return List.of(b.operand(), b.low(), b.high());
    }
    if (syntax instanceof Syntax.Like l) {
      return with(l.operand(), l.patterns());
    }
    if (syntax instanceof Syntax.Case c) {
      List<Syntax> all = new ArrayList<>();
      c.operand().ifPresent(all::add);
      c.branches().forEach(w -> all.addAll(List.of(w.condition(), w.result())));
      c.otherwise().ifPresent(all::add);
      return all;
    }
    if (syntax instanceof Syntax.Member m) {
      return List.of(m.operand());
    }
    if (syntax instanceof Syntax.Item i) {
      return List.of(i.operand(), i.index());
    }
    if (syntax instanceof Syntax.Lambda l) {
      return List.of(l.body());
    }
    if (syntax instanceof Syntax.NamedArgument n) {
      return List.of(n.value());
    }
    if (syntax instanceof Syntax.Subquery s) {
      return s.operand().map(List::of).orElse(List.of());
    }
    return List.of();
  }

  /** The names in an expression, but for those in queries inside it. */
  public static void names(Syntax syntax, List<Syntax.Name> into) {
    if (syntax instanceof Syntax.Name name) {
      into.add(name);
    }
    children(syntax).forEach(child -> names(child, into));
  }

  /** The queries in an expression, outermost ones only. */
  public static void subqueries(Syntax syntax, List<Syntax.Subquery> into) {
    if (syntax instanceof Syntax.Subquery subquery) {
      into.add(subquery);
      return;
    }
    children(syntax).forEach(child -> subqueries(child, into));
  }

  public static boolean hasSubquery(Syntax syntax) {
    return syntax instanceof Syntax.Subquery
        || children(syntax).stream().anyMatch(SyntaxWalk::hasSubquery);
  }

  private static List<Syntax> with(Syntax first, List<Syntax> rest) {
    List<Syntax> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all;
  }
}
