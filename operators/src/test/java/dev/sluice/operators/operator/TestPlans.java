package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Small plans, rows and functions for the tests of operators: real ones, without SQL. */
@NullMarked
public final class TestPlans {
  private TestPlans() {}

  public static Schema schema(Object... namesAndTypes) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      fields.add(new Field((String) namesAndTypes[i], (DataType) namesAndTypes[i + 1]));
    }
    return new Schema(fields);
  }

  public static List<@Nullable Object> row(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  public static Batch batch(Schema schema, List<@Nullable Object>... rows) {
    return batch(schema, Arrays.asList(rows));
  }

  public static Batch batch(Schema schema, List<List<@Nullable Object>> rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), rows.size());
      for (List<@Nullable Object> row : rows) {
        builder.appendValue(row.get(c));
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows.size());
  }

  static List<List<@Nullable Object>> rows(List<Batch> batches) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Batch batch : batches) {
      for (int row = 0; row < batch.rows(); row++) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Column column : batch.columns()) {
          values.add(column.value(row));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  static ColumnReference column(Rel input, String name) {
    return column(input.schema(), name);
  }

  static ColumnReference column(Schema schema, String name) {
    int index = schema.indexesOf(name).get(0);
    Field field = schema.field(index);
    return new ColumnReference(index, field.name(), field.type(), field.nullable());
  }

  static Rel.Read read(String source, Schema schema) {
    return new Rel.Read(source, schema, true, Origin.NONE);
  }

  static Rel.Values values(Batch... batches) {
    return new Rel.Values(batches[0].schema(), List.of(batches), Origin.NONE);
  }

  static Rel.Project project(Rel input, Expression... expressions) {
    return new Rel.Project(
        input,
        Arrays.stream(expressions).map(e -> new NamedExpression(e.sql(), e)).toList(),
        Origin.NONE);
  }

  static Rel.Aggregate aggregate(
      Rel input, Rel.Aggregate.Scope scope, List<String> keys, Aggregation... aggregations) {
    List<NamedAggregation> named = new ArrayList<>();
    for (Aggregation aggregation : aggregations) {
      named.add(new NamedAggregation(aggregation.sql(), aggregation, false, Optional.empty()));
    }
    return aggregate(input, scope, keys, named);
  }

  static Rel.Aggregate aggregate(
      Rel input, Rel.Aggregate.Scope scope, List<String> keys, List<NamedAggregation> named) {
    return new Rel.Aggregate(
        input,
        keys.stream().map(k -> new NamedExpression(k, column(input, k))).toList(),
        named,
        scope,
        new Origin("steps[0] (groupBy)", SourcePosition.NOWHERE));
  }

  /** True for positive numbers; fails on the number 13. */
  record Positive(Expression argument) implements Expression {
    @Override
    public DataType type() {
      return AtomicType.BOOLEAN;
    }

    @Override
    public boolean nullable() {
      return true;
    }

    @Override
    public List<Expression> children() {
      return List.of(argument);
    }

    @Override
    public Column evaluate(Batch input, EvaluationContext context) {
      LongColumn values = (LongColumn) argument.evaluate(input, context).flatten();
      boolean[] result = new boolean[input.rows()];
      for (int row = 0; row < result.length; row++) {
        if (!values.isNull(row) && values.get(row) == 13) {
          throw new EvaluationException("UNLUCKY", "[UNLUCKY] the number is 13", row);
        }
        result[row] = values.get(row) > 0;
      }
      return new BooleanColumn(AtomicType.BOOLEAN, result, values.validity(), result.length);
    }

    @Override
    public String sql() {
      return "(" + argument.sql() + " > 0)";
    }
  }

  /** The sum of numbers; null of none. */
  static Aggregation sum(Expression argument) {
    return new TestAggregation("sum", argument, false);
  }

  /** The numbers one after the other, as text: shows the order in which they came. */
  static Aggregation list(Expression argument) {
    return new TestAggregation("list", argument, true);
  }

  private record TestAggregation(String name, Expression argument, boolean ordered)
      implements Aggregation {
    @Override
    public DataType type() {
      return ordered ? AtomicType.STRING : AtomicType.BIGINT;
    }

    @Override
    public boolean nullable() {
      return true;
    }

    @Override
    public List<Expression> arguments() {
      return List.of(argument);
    }

    @Override
    public List<DataType> stateTypes() {
      return List.of(type());
    }

    @Override
    public Accumulator accumulator() {
      return ordered ? new TextList() : new Sum();
    }

    @Override
    public String sql() {
      return name + "(" + argument.sql() + ")";
    }
  }

  private static final class Sum implements Accumulator {
    private long[] sums = new long[0];
    private boolean[] any = new boolean[0];

    @Override
    public void grow(int slots) {
      sums = Arrays.copyOf(sums, slots);
      any = Arrays.copyOf(any, slots);
    }

    @Override
    public void add(int[] slots, List<Column> arguments, int rows) {
      LongColumn values = (LongColumn) arguments.get(0).flatten();
      for (int row = 0; row < rows; row++) {
        if (!values.isNull(row)) {
          sums[slots[row]] += values.get(row);
          any[slots[row]] = true;
        }
      }
    }

    @Override
    public void merge(int[] slots, List<Column> state, int rows) {
      add(slots, state, rows);
    }

    @Override
    public List<Column> state(int[] slots, int count) {
      return List.of(result(slots, count));
    }

    @Override
    public Column result(int[] slots, int count) {
      long[] values = new long[count];
      boolean[] none = new boolean[count];
      for (int i = 0; i < count; i++) {
        values[i] = sums[slots[i]];
        none[i] = !any[slots[i]];
      }
      return new LongColumn(AtomicType.BIGINT, values, Validity.ofNulls(none, count), count);
    }

    @Override
    public void clear(int[] slots, int count) {
      for (int i = 0; i < count; i++) {
        sums[slots[i]] = 0;
        any[slots[i]] = false;
      }
    }

    @Override
    public long memoryBytes() {
      return 9L * sums.length;
    }
  }

  private static final class TextList implements Accumulator {
    private final List<StringBuilder> lists = new ArrayList<>();

    @Override
    public void grow(int slots) {
      while (lists.size() < slots) {
        lists.add(new StringBuilder());
      }
    }

    @Override
    public void add(int[] slots, List<Column> arguments, int rows) {
      for (int row = 0; row < rows; row++) {
        if (!arguments.get(0).isNull(row)) {
          lists.get(slots[row]).append(arguments.get(0).value(row)).append(' ');
        }
      }
    }

    @Override
    public void merge(int[] slots, List<Column> state, int rows) {
      for (int row = 0; row < rows; row++) {
        lists.get(slots[row]).append(state.get(0).value(row));
      }
    }

    @Override
    public List<Column> state(int[] slots, int count) {
      return List.of(result(slots, count));
    }

    @Override
    public Column result(int[] slots, int count) {
      BytesBuilder builder = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, count);
      for (int i = 0; i < count; i++) {
        builder.append(lists.get(slots[i]).toString());
      }
      return builder.build();
    }

    @Override
    public void clear(int[] slots, int count) {
      for (int i = 0; i < count; i++) {
        lists.get(slots[i]).setLength(0);
      }
    }

    @Override
    public long memoryBytes() {
      return 0;
    }
  }

  static LongColumn longs(long... values) {
    LongBuilder builder = (LongBuilder) ColumnBuilder.of(AtomicType.BIGINT, values.length);
    for (long value : values) {
      builder.append(value);
    }
    return builder.build();
  }
}
