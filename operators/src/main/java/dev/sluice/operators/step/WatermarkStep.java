package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.IntervalText;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.ExpressionCompiler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code watermark: {column, delay}}: Spark's {@code withWatermark}. The delay is an interval
 * ({@code 10 minutes}, {@code INTERVAL '1' DAY}); a month counts 31 days, and less than a
 * millisecond nothing.
 */
public final class WatermarkStep implements StepType {
  private static final long DAYS_PER_MONTH = 31;
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  @Override
  public String name() {
    return "watermark";
  }

  @Override
  public String summary() {
    return "says which column is event time, and how late its rows may come";
  }

  @Override
  public Map<String, Object> valueSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("column", StepSchemas.text("a column of timestamps, or of windows"));
    properties.put("delay", StepSchemas.text("how late rows may come, such as 10 minutes"));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("description", "event time and its delay");
    schema.put("properties", properties);
    schema.put("required", List.of("column", "delay"));
    schema.put("additionalProperties", false);
    return schema;
  }

  @Override
  public boolean keepsColumns() {
    return true;
  }

  @Override
  public boolean allowsMore() {
    return true;
  }

  @Override
  public Rel plan(StepContext context) {
    Rel input = context.input();
    if (!(context.value() instanceof Node.Mapping value)
        || !(value.get("column").orElse(null) instanceof Node.Text name)
        || !(value.get("delay").orElse(null) instanceof Node.Text delay)) {
      return input;
    }
    Optional<Integer> column = column(input.schema(), name, context);
    Optional<Long> millis = delay(delay, context);
    if (column.isEmpty() || millis.isEmpty()) {
      return standIn(input, column, context);
    }
    if (!EventTime.columns(input).isEmpty()) {
      context
          .problems()
          .error(
              "unsupported-operation",
              context.origin().at(),
              "Redefining watermark is disallowed: the rows have a watermark already",
              "keep one 'watermark' step on the way from a source to a sink");
    }
    return new Rel.Watermark(input, column.get(), millis.get(), context.origin());
  }

  /** Some watermark, lest later steps miss one that only has a mistake in it. */
  private static Rel standIn(Rel input, Optional<Integer> column, StepContext context) {
    if (!EventTime.columns(input).isEmpty()) {
      return input;
    }
    Schema schema = input.schema();
    Optional<Integer> time =
        column.or(
            () ->
                IntStream.range(0, schema.size())
                    .filter(i -> isTime(schema.field(i).type()))
                    .boxed()
                    .findFirst());
    if (time.isEmpty()) {
      context.leaveOpen();
      return input;
    }
    return new Rel.Watermark(input, time.get(), 0, context.origin());
  }

  private static Optional<Integer> column(Schema schema, Node.Text name, StepContext context) {
    List<Integer> found = StepValues.columns(schema, name, context.problems());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (found.size() > 1) {
      context
          .problems()
          .error(
              "ambiguous-column",
              name.at(),
              "there are " + found.size() + " columns '" + name.value() + "'",
              "rename one of them first");
      return Optional.empty();
    }
    DataType type = schema.field(found.get(0)).type();
    if (!isTime(type)) {
      context
          .problems()
          .error(
              "event-time-is-not-on-timestamp-type",
              name.at(),
              "the event time '" + name.value() + "' is " + type.sql() + ", not a timestamp",
              "make it one with 'withColumns', such as: "
                  + name.value()
                  + "_time: to_timestamp("
                  + name.value()
                  + ")");
      return Optional.empty();
    }
    return Optional.of(found.get(0));
  }

  private static boolean isTime(DataType type) {
    if (type instanceof StructType window) {
      return window.size() == 2
          && window.field(1).name().equals("end")
          && isTime(window.field(1).type());
    }
    return type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ;
  }

  /** In milliseconds; a text that is no delay is reported. */
  private static Optional<Long> delay(Node.Text text, StepContext context) {
    Optional<Long> micros = IntervalText.parseUnits(text.value()).flatMap(WatermarkStep::micros);
    if (micros.isEmpty() && text.value().strip().toLowerCase(Locale.ROOT).startsWith("interval")) {
      micros = literal(text, context);
      if (micros.isEmpty()) {
        return Optional.empty();
      }
    }
    if (micros.isEmpty()) {
      return refused(text, context, "is no length of time");
    }
    return micros.get() < 0
        ? refused(text, context, "should not be negative")
        : Optional.of(micros.get() / 1000);
  }

  private static Optional<Long> refused(Node.Text text, StepContext context, String why) {
    context
        .problems()
        .error(
            "invalid-value",
            text.at(),
            "the delay threshold '" + text.value() + "' " + why,
            "write it as '10 minutes'");
    return Optional.empty();
  }

  /** An interval literal of SQL. */
  private static Optional<Long> literal(Node.Text text, StepContext context) {
    ExpressionCompiler compiler = StepExpressions.compiler(context);
    Optional<Expression> bound = compiler.compile(text, Schema.EMPTY);
    if (bound.isEmpty()) {
      return Optional.empty();
    }
    @Nullable Object value = StepValues.constant(bound.get());
    if (value instanceof CalendarInterval interval) {
      return micros(interval).or(() -> refused(text, context, "is too long"));
    }
    if (value instanceof Integer months && bound.get().type() instanceof YearMonthIntervalType) {
      return Optional.of(months * DAYS_PER_MONTH * MICROS_PER_DAY);
    }
    return value instanceof Long micros
        ? Optional.of(micros)
        : refused(text, context, "is no length of time");
  }

  /** Nothing if it is more than a long of microseconds holds. */
  private static Optional<Long> micros(CalendarInterval interval) {
    long days = interval.months() * DAYS_PER_MONTH + interval.days();
    try {
      return Optional.of(
          Math.addExact(Math.multiplyExact(days, MICROS_PER_DAY), interval.microseconds()));
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }
}
