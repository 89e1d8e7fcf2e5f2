package dev.sluice.operators.sql;

import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A text that is equal for expressions that mean the same: names are resolved, offsets left out. By
 * it grouping keys and aggregates are found again where a query repeats them.
 */
final class Fingerprint {
  private final Function<Syntax.Name, String> names;

  /** {@code names} says what a name stands for: a column's number, say. */
  Fingerprint(Function<Syntax.Name, String> names) {
    this.names = names;
  }

  String of(Syntax syntax) {
    StringBuilder out = new StringBuilder();
    write(syntax, out);
    return out.toString();
  }

  private void all(List<? extends Syntax> list, StringBuilder out) {
    for (Syntax syntax : list) {
      write(syntax, out);
      out.append(',');
    }
  }

  private void write(Syntax syntax, StringBuilder out) {
    if (syntax instanceof Syntax.Constant c) {
      out.append(c.type().catalogString()).append('"').append(c.sql()).append('"');
      out.append(c.value() instanceof byte[] bytes ? Arrays.toString(bytes) : c.value());
    } else if (syntax instanceof Syntax.TypedLiteral l) {
      out.append(l.word()).append('"').append(l.text()).append('"');
    } else if (syntax instanceof Syntax.Name n) {
      out.append(names.apply(n));
    } else if (syntax instanceof Syntax.Position p) {
      out.append('#').append(p.index());
    } else if (syntax instanceof Syntax.Call c) {
      call(c, out);
    } else if (syntax instanceof Syntax.Binary b) {
      binary(b, out);
    } else if (syntax instanceof Syntax.Logical l) {
      inAnyOrder(l.and() ? "and" : "or", l.operands(), out);
    } else if (syntax instanceof Syntax.Unary u) {
      write("unary" + u.operator(), List.of(u.operand()), out);
    } else if (syntax instanceof Syntax.Alias a) {
      write(a.operand(), out);
    } else if (syntax instanceof Syntax.Cast c) {
      write((c.tryCast() ? "try" : "cast") + c.type().sql(), List.of(c.operand()), out);
    } else {
      writeOther(syntax, out);
    }
  }

  /** Spark takes {@code a + b} for {@code b + a}, and {@code a > b} for {@code b < a}. */
  private void binary(Syntax.Binary b, StringBuilder out) {
    switch (b.operator()) {
      case "+", "*", "&", "|", "^" -> {
        List<Syntax> operands = new ArrayList<>();
        chain(b, b.operator(), operands);
        inAnyOrder("binary" + b.operator(), operands, out);
      }
      case "=", "<=>", "<>" ->
          inAnyOrder("binary" + b.operator(), List.of(b.left(), b.right()), out);
      case ">" -> write("binary<", List.of(b.right(), b.left()), out);
      case ">=" -> write("binary<=", List.of(b.right(), b.left()), out);
      default -> write("binary" + b.operator(), List.of(b.left(), b.right()), out);
    }
  }

  private static void chain(Syntax syntax, String operator, List<Syntax> into) {
    if (syntax instanceof Syntax.Binary b && b.operator().equals(operator)) {
      chain(b.left(), operator, into);
      chain(b.right(), operator, into);
    } else {
      into.add(syntax);
    }
  }

  private void inAnyOrder(String what, List<Syntax> parts, StringBuilder out) {
    out.append(what).append('(');
    parts.stream().map(this::of).sorted().forEach(p -> out.append(p).append(','));
    out.append(')');
  }

  private void write(String what, List<Syntax> parts, StringBuilder out) {
    out.append(what).append('(');
    all(parts, out);
    out.append(')');
  }

  private void call(Syntax.Call c, StringBuilder out) {
    out.append(c.extras().distinct() ? "distinct " : "");
    write(c.name().toLowerCase(Locale.ROOT), c.arguments(), out);
    c.extras().filter().ifPresent(f -> write("filter", List.of(f), out));
    c.extras().ignoreNulls().ifPresent(i -> out.append(i ? "ignore" : "respect"));
    order(c.extras().withinGroup(), out);
    if (c.extras().over().isPresent()) {
      Syntax.Over over = c.extras().over().get();
      out.append("over").append(over.name());
      over(over, out);
      over.frame()
          .ifPresent(
              frame -> {
                out.append(frame.rows() ? "rows" : "range");
                bound(frame.lower(), out);
                bound(frame.upper(), out);
              });
    }
  }

  private void order(List<Syntax.OrderItem> items, StringBuilder out) {
    for (Syntax.OrderItem item : items) {
      write("order" + item.ascending() + item.nullsFirst(), List.of(item.expression()), out);
    }
  }

  /** Which partitions and order a window has; its frame may differ. */
  String of(Syntax.Over over) {
    StringBuilder out = new StringBuilder();
    over(over, out);
    return out.toString();
  }

  private void over(Syntax.Over over, StringBuilder out) {
    write("partition", over.partition(), out);
    order(over.order(), out);
  }

  private void bound(Syntax.FrameBound bound, StringBuilder out) {
    out.append(bound.kind());
    bound.value().ifPresent(value -> write(value, out));
  }

  private void writeOther(Syntax syntax, StringBuilder out) {
    if (syntax instanceof Syntax.Is is) {
      write("is" + is.not() + is.test(), List.of(is.operand()), out);
    } else if (syntax instanceof Syntax.In in) {
      write("in" + in.not(), List.of(in.operand()), out);
      all(in.list(), out);
    } else if (syntax instanceof Syntax.Between b) {
      write("between" + b.not(), List.of(b.operand(), b.low(), b.high()), out);
    } else if (syntax instanceof Syntax.Like l) {
      write(l.operator() + l.quantifier() + l.not() + l.escape(), List.of(l.operand()), out);
      all(l.patterns(), out);
    } else if (syntax instanceof Syntax.Case c) {
      out.append("case(");
      c.operand().ifPresent(o -> write("of", List.of(o), out));
      c.branches().forEach(w -> write("when", List.of(w.condition(), w.result()), out));
      c.otherwise().ifPresent(o -> write("else", List.of(o), out));
      out.append(')');
    } else if (syntax instanceof Syntax.Member m) {
      write("." + m.name().toLowerCase(Locale.ROOT), List.of(m.operand()), out);
    } else if (syntax instanceof Syntax.Item i) {
      write("item", List.of(i.operand(), i.index()), out);
    } else if (syntax instanceof Syntax.Lambda l) {
      write("lambda" + l.parameters(), List.of(l.body()), out);
    } else if (syntax instanceof Syntax.NamedArgument n) {
      write(n.name() + "=>", List.of(n.value()), out);
    } else if (syntax instanceof Syntax.Star s) {
      out.append("*")
          .append(s.qualifier())
          .append(s.except().stream().map(Syntax.Name::parts).toList());
    } else if (syntax instanceof Syntax.Subquery s) {
      out.append(s.kind()).append(s.not());
      s.operand().ifPresent(o -> write("of", List.of(o), out));
      out.append(s.written());
    } else if (syntax instanceof Syntax.Bound b) {
      out.append(b.expression() instanceof ColumnReference c ? "@" + c.index() : b.expression());
    }
  }
}
