package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Arithmetic;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.function.Windowing;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.plan.WindowFrame;
import dev.sluice.operators.sql.syntax.Syntax;
import dev.sluice.operators.sql.syntax.SyntaxWalk;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks and types the frame of one window function, by Spark's rules. */
final class WindowFrames {
  private final Binder rows;
  private final Syntax.Call call;
  private final Syntax.Over over;
  private final List<SortOrder> order;

  WindowFrames(Binder rows, Syntax.Call call, Syntax.Over over, List<SortOrder> order) {
    this.rows = rows;
    this.call = call;
    this.over = over;
    this.order = order;
  }

  WindowFrame of(Windowing function) {
    boolean window = function instanceof Windowing.Ranking || function instanceof Windowing.Shift;
    boolean nth = call.name().equalsIgnoreCase("nth_value");
    if ((window || nth) && order.isEmpty()) {
      throw rows.error(
          "WINDOW_FUNCTION_WITHOUT_ORDER",
          call,
          "'" + call.name() + "' needs an ordered window",
          "add ORDER BY to OVER (...)");
    }
    WindowFrame written = over.frame().isPresent() ? written(over.frame().get()) : null;
    if (written != null) {
      requireUnframed(function, written);
    }
    if (function instanceof Windowing.Shift shift) {
      String at = shift.offset() + " FOLLOWING";
      WindowFrame.Rows there = new WindowFrame.Rows(shift.offset(), at);
      return new WindowFrame(true, there, there);
    }
    if (function instanceof Windowing.Ranking) {
      return WindowFrame.UP_TO_ROW;
    }
    if (wholeOnly() && (!order.isEmpty() || written != null && !isWhole(written))) {
      throw rows.error(
          "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC",
          call,
          "'" + call.name() + "' takes neither ORDER BY nor a frame in OVER",
          null);
    }
    if (written != null) {
      return written;
    }
    return order.isEmpty() ? WindowFrame.WHOLE : WindowFrame.UP_TO_PEERS;
  }

  private void requireUnframed(Windowing function, WindowFrame written) {
    boolean fits =
        function instanceof Windowing.Ranking
            ? written.equals(WindowFrame.UP_TO_ROW)
            : !(function instanceof Windowing.Shift);
    if (!fits) {
      throw rows.text()
          .error(
              "WINDOW_FUNCTION_AND_FRAME_MISMATCH",
              over.offset(),
              "'" + call.name() + "' takes no frame",
              "leave out " + written.sql());
    }
  }

  private static boolean isWhole(WindowFrame frame) {
    return frame.equals(WindowFrame.WHOLE);
  }

  private boolean wholeOnly() {
    return switch (call.name().toLowerCase(Locale.ROOT)) {
      case "median", "percentile_cont", "percentile_disc" -> true;
      case "listagg", "string_agg" -> !call.extras().withinGroup().isEmpty();
      default -> false;
    };
  }

  /** A bound with its constant, signed: what it adds to the current row in the order of sorting. */
  private record Typed(WindowFrame.@Nullable Edge edge, @Nullable Expression value, String sql) {}

  private WindowFrame written(Syntax.Frame frame) {
    Typed lower = typed(frame, frame.lower());
    Typed upper = typed(frame, frame.upper());
    if (lower.edge() == WindowFrame.Edge.UNBOUNDED_FOLLOWING
        || upper.edge() == WindowFrame.Edge.UNBOUNDED_PRECEDING) {
      throw mistake(
          frame.offset(),
          "SPECIFIED_WINDOW_FRAME_INVALID_BOUND",
          "the frame from " + lower.sql() + " to " + upper.sql() + " holds no row");
    }
    requireInOrder(frame, lower, upper);
    if (!frame.rows()) {
      requireSortedBy(frame, lower, upper);
    }
    return new WindowFrame(frame.rows(), bound(frame, lower), bound(frame, upper));
  }

  private AnalysisException mistake(int offset, String kind, String fact) {
    return rows.text().error("DATATYPE_MISMATCH." + kind, offset, fact, null);
  }

  private Typed typed(Syntax.Frame frame, Syntax.FrameBound bound) {
    if (bound.kind() == Syntax.FrameBound.Kind.CURRENT_ROW) {
      return new Typed(WindowFrame.Edge.CURRENT_ROW, null, WindowFrame.Edge.CURRENT_ROW.sql());
    }
    boolean preceding = bound.kind() == Syntax.FrameBound.Kind.PRECEDING;
    if (bound.value().isEmpty()) {
      WindowFrame.Edge edge =
          preceding ? WindowFrame.Edge.UNBOUNDED_PRECEDING : WindowFrame.Edge.UNBOUNDED_FOLLOWING;
      return new Typed(edge, null, edge.sql());
    }
    Syntax written = bound.value().get();
    Expression value = constant(written);
    Expression cast = coerced(frame, value);
    DataType type = cast.type();
    boolean accepted =
        frame.rows() ? type == AtomicType.INT : Casts.isNumeric(type) || isInterval(type);
    if (!accepted) {
      throw mistake(
          bound.offset(),
          "SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
          "a bound of " + (frame.rows() ? "ROWS" : "RANGE") + " cannot be " + type.sql());
    }
    boolean plain = cast == value;
    String shown =
        preceding
            ? plain ? value.sql() + " PRECEDING" : "(- " + value.sql() + ") FOLLOWING"
            : value.sql() + " FOLLOWING";
    Expression signed = preceding ? new OperatorBinder(rows, written).unary("-", cast) : cast;
    return new Typed(null, signed, shown);
  }

  private Expression constant(Syntax written) {
    boolean literal = SyntaxWalk.children(written).isEmpty() || !(written instanceof Syntax.Call);
    if (literal) {
      Expression value = rows.in(new Scope(List.of())).bind(written);
      if (value.foldable()) {
        return value;
      }
    }
    throw rows.error(
        "SPECIFIED_WINDOW_FRAME_NOT_CONSTANT", written, "a bound of a frame is a literal", null);
  }

  /** Bounds of RANGE become what the key is, but for dates and times, to which they are added. */
  private Expression coerced(Syntax.Frame frame, Expression value) {
    if (frame.rows() || order.size() != 1) {
      return value;
    }
    DataType key = order.get(0).expression().type();
    if (key == AtomicType.DATE
        || key == AtomicType.TIMESTAMP
        || value.type().equals(key)
        || !Casts.allowed(value.type(), key)) {
      return value;
    }
    return rows.implicit(value, key);
  }

  private static boolean isInterval(DataType type) {
    return type instanceof DayTimeIntervalType
        || type instanceof YearMonthIntervalType
        || type == AtomicType.CALENDAR_INTERVAL;
  }

  private void requireInOrder(Syntax.Frame frame, Typed lower, Typed upper) {
    Expression low = lower.value();
    Expression high = upper.value();
    if (low == null || high == null) {
      return;
    }
    if (!low.type().equals(high.type())) {
      throw mistake(
          frame.offset(),
          "SPECIFIED_WINDOW_FRAME_DIFF_TYPES",
          "the bounds of the frame are " + low.type().sql() + " and " + high.type().sql());
    }
    if (low.type() == AtomicType.CALENDAR_INTERVAL) {
      return;
    }
    Expression wrong = new OperatorBinder(rows, call).bind(">", low, high);
    if (Boolean.TRUE.equals(value(wrong, frame.offset()))) {
      throw mistake(
          frame.offset(),
          "SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON",
          "the frame ends, at " + upper.sql() + ", before it begins, at " + lower.sql());
    }
  }

  private @Nullable Object value(Expression expression, int offset) {
    try {
      return expression.evaluate(Binder.ONE_ROW, EvaluationContext.NONE).value(0);
    } catch (EvaluationException e) {
      throw rows.text().error(e.code(), offset, String.valueOf(e.getMessage()), null);
    }
  }

  private void requireSortedBy(Syntax.Frame frame, Typed lower, Typed upper) {
    boolean unbounded =
        lower.edge() == WindowFrame.Edge.UNBOUNDED_PRECEDING
            && upper.edge() == WindowFrame.Edge.UNBOUNDED_FOLLOWING;
    if (order.isEmpty() && !unbounded) {
      throw mistake(
          frame.offset(),
          "RANGE_FRAME_WITHOUT_ORDER",
          "a frame by RANGE needs ORDER BY in its window");
    }
    Expression value = lower.value() != null ? lower.value() : upper.value();
    if (value == null) {
      return;
    }
    if (order.size() > 1) {
      throw mistake(
          frame.offset(),
          "RANGE_FRAME_MULTI_ORDER",
          "a frame by RANGE with a value needs ORDER BY with one key");
    }
    DataType key = order.get(0).expression().type();
    DataType type = value.type();
    boolean fits =
        key == AtomicType.DATE
            ? type == AtomicType.INT || type instanceof YearMonthIntervalType
            : key == AtomicType.TIMESTAMP || key == AtomicType.TIMESTAMP_NTZ
                ? isInterval(type)
                : key.equals(type);
    if (!fits) {
      throw mistake(
          frame.offset(),
          "RANGE_FRAME_INVALID_TYPE",
          "the frame moves by " + type.sql() + " along a key that is " + key.sql());
    }
  }

  private WindowFrame.Bound bound(Syntax.Frame frame, Typed typed) {
    Expression value = typed.value();
    if (value == null) {
      return typed.edge() == null ? WindowFrame.Edge.CURRENT_ROW : typed.edge();
    }
    if (frame.rows()) {
      Object count = value(value, frame.offset());
      if (!(count instanceof Integer offset)) {
        throw mistake(
            frame.offset(), "SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", "a bound cannot be NULL");
      }
      return new WindowFrame.Rows(offset, typed.sql());
    }
    SortOrder by = order.get(0);
    Expression key = by.expression();
    Arithmetic.OnError onError =
        rows.session().ansi() ? Arithmetic.OnError.FAIL : Arithmetic.OnError.WRAP;
    OperatorBinder operators = new OperatorBinder(rows, call);
    Arithmetic.Operator operator =
        by.ascending() ? Arithmetic.Operator.ADD : Arithmetic.Operator.SUBTRACT;
    Expression limit = operators.arithmetic(operator, key, value, onError);
    // A sum of decimals has a digit more.
    Expression comparable = Cast.implicit(key, limit.type(), rows.session());
    return new WindowFrame.Value(comparable, limit, typed.sql());
  }
}
