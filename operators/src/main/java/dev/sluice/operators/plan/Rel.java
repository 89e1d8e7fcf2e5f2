package dev.sluice.operators.plan;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A node of the closed relational algebra: everything a pipeline or a query can say expands into
 * these few. Immutable; expressions are bound to the schema of the input. A new node breaks every
 * visitor at compile time, on purpose.
 */
public sealed interface Rel {
  Schema schema();

  List<Rel> inputs();

  Origin origin();

  <R> R accept(Visitor<R> visitor);

  /** True if rows of a stream reach this node. */
  static boolean streams(Rel rel) {
    if (rel instanceof Read read) {
      return read.streaming();
    }
    // A plain loop: it calls itself as deep as the pipeline is long.
    for (Rel input : rel.inputs()) {
      if (streams(input)) {
        return true;
      }
    }
    return false;
  }

  /** The exhaustive switch. */
  interface Visitor<R> {
    R read(Read node);

    R values(Values node);

    R filter(Filter node);

    R project(Project node);

    R generate(Generate node);

    R aggregate(Aggregate node);

    R union(Union node);

    R join(Join node);

    R sessions(Sessions node);

    R watermark(Watermark node);

    R deduplicate(Deduplicate node);

    R sort(Sort node);

    R limit(Limit node);

    R window(Window node);

    R transformWithState(TransformWithState node);
  }

  /** A node of one input. */
  sealed interface Unary extends Rel {
    Rel input();

    @Override
    default List<Rel> inputs() {
      return List.of(input());
    }
  }

  /** A node whose rows have the columns of its one input. */
  sealed interface SameColumns extends Unary {
    @Override
    default Schema schema() {
      return input().schema();
    }
  }

  /** The rows of a source of the pipeline. {@code streaming} is false for a static one. */
  record Read(String source, Schema schema, boolean streaming, Origin origin) implements Rel {
    @Override
    public List<Rel> inputs() {
      return List.of();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.read(this);
    }
  }

  /**
   * Rows written in the query. The list is not copied: that of a recursive query makes its rows
   * when they are read.
   */
  record Values(Schema schema, List<Batch> batches, Origin origin) implements Rel {
    @Override
    public List<Rel> inputs() {
      return List.of();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.values(this);
    }
  }

  /** The rows for which the condition is true. */
  record Filter(Rel input, Expression condition, Origin origin) implements SameColumns {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.filter(this);
    }
  }

  /** One expression a column. */
  record Project(Rel input, List<NamedExpression> expressions, Origin origin) implements Unary {
    public Project {
      expressions = List.copyOf(expressions);
    }

    /**
     * These columns, and behind them what {@code rows} hides, so that later steps can name it too:
     * Spark's metadata columns go through projections, but not through aggregations and unions.
     *
     * @param rows the input, or that of the generator that the input is
     */
    public static Project hiding(
        Rel input, Schema rows, List<NamedExpression> columns, Origin origin) {
      List<NamedExpression> all = new ArrayList<>(columns);
      Schema uncovered = rows.uncovered();
      for (int i = rows.visible().size(); i < rows.size(); i++) {
        String name = uncovered.field(i).name();
        if (columns.stream().noneMatch(c -> c.name().equalsIgnoreCase(name))) {
          Field field = rows.field(i);
          all.add(
              new NamedExpression(
                  field.name(), new ColumnReference(i, name, field.type(), field.nullable())));
        }
      }
      return new Project(input, all, origin);
    }

    @Override
    public Schema schema() {
      List<Field> fields = expressions.stream().map(NamedExpression::field).toList();
      Schema rows = input.schema();
      return rows.tables().isEmpty()
          ? new Schema(fields)
          : new Schema(fields, expressions.stream().map(e -> table(e, rows)).toList());
    }

    /** The rows without the columns that a source hides. */
    public static Rel visible(Rel rel) {
      if (!rel.schema().hasHidden()) {
        return rel;
      }
      List<NamedExpression> columns = new ArrayList<>();
      for (Field field : rel.schema().visible().fields()) {
        columns.add(
            new NamedExpression(
                field.name(),
                new ColumnReference(columns.size(), field.name(), field.type(), field.nullable())));
      }
      return new Project(rel, columns, rel.origin());
    }

    /** A column that is passed on under its own name stays one of its table. */
    private static String table(NamedExpression named, Schema rows) {
      return named.expression() instanceof ColumnReference column
              && named.name().equalsIgnoreCase(rows.field(column.index()).name())
          ? rows.table(column.index())
          : "";
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.project(this);
    }
  }

  /**
   * Each input row beside each row generated from it: the columns of the input, then those of the
   * generator under these names.
   */
  record Generate(Rel input, Generator generator, List<String> names, Origin origin)
      implements Unary {
    public Generate {
      names = List.copyOf(names);
    }

    @Override
    public Schema schema() {
      List<Field> fields = new ArrayList<>(input.schema().fields());
      for (int i = 0; i < names.size(); i++) {
        fields.add(generator.output().get(i).withName(names.get(i)));
      }
      return new Schema(fields);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.generate(this);
    }
  }

  /** One row a group: the keys, then the aggregations. Without keys there is exactly one group. */
  record Aggregate(
      Rel input,
      List<NamedExpression> keys,
      List<NamedAggregation> aggregations,
      Scope scope,
      Origin origin)
      implements Unary {
    /** Over which rows a group runs. */
    public enum Scope {
      /** All rows since the start of the query: kept in checkpointed state. */
      STREAM,
      /** The rows of one micro-batch, or of a static table. */
      BATCH
    }

    /** A table has no running groups: whatever the scope, its rows are there all at once. */
    public Aggregate {
      scope = streams(input) ? scope : Scope.BATCH;
      keys = List.copyOf(keys);
      aggregations = List.copyOf(aggregations);
    }

    @Override
    public Schema schema() {
      return new Schema(
          Stream.concat(
                  keys.stream().map(NamedExpression::field),
                  aggregations.stream().map(NamedAggregation::field))
              .toList());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.aggregate(this);
    }
  }

  /**
   * The rows of all inputs, whose schemas are equal but for names and nullability; those of the
   * first count.
   */
  record Union(List<Rel> inputs, Schema schema, Origin origin) implements Rel {
    public Union {
      inputs = List.copyOf(inputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.union(this);
    }
  }

  /**
   * Pairs of rows for which the condition is true: the columns of the left input, then those of the
   * right one. The condition is bound to the two side by side, whatever the type gives.
   *
   * @param tables the names of the two sides, by which later steps tell their columns apart; or
   *     none
   */
  record Join(
      Rel left, Rel right, JoinType type, Expression condition, List<String> tables, Origin origin)
      implements Rel {
    public Join {
      tables = List.copyOf(tables);
    }

    public Join(Rel left, Rel right, JoinType type, Expression condition, Origin origin) {
      this(left, right, type, condition, List.of(), origin);
    }

    @Override
    public Schema schema() {
      List<Field> fields = new ArrayList<>();
      left.schema().fields().forEach(f -> fields.add(type.leftMayMiss() ? nullable(f) : f));
      if (type.givesRight()) {
        right.schema().fields().forEach(f -> fields.add(type.rightMayMiss() ? nullable(f) : f));
      } else if (type == JoinType.EXISTENCE) {
        fields.add(new Field("exists", AtomicType.BOOLEAN, false));
      }
      return new Schema(fields, tables.isEmpty() ? List.of() : names().subList(0, fields.size()));
    }

    private List<String> names() {
      List<String> names = new ArrayList<>();
      for (int side = 0; side < 2; side++) {
        Schema schema = (side == 0 ? left : right).schema();
        for (int i = 0; i < schema.size(); i++) {
          names.add(schema.table(i).isEmpty() ? tables.get(side) : schema.table(i));
        }
      }
      return names;
    }

    /** What the condition is bound to. */
    public Schema pair() {
      List<Field> fields = new ArrayList<>(left.schema().fields());
      fields.addAll(right.schema().fields());
      return new Schema(fields, tables.isEmpty() ? List.of() : names());
    }

    private static Field nullable(Field field) {
      return new Field(field.name(), field.type(), true);
    }

    @Override
    public List<Rel> inputs() {
      return List.of(left, right);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.join(this);
    }
  }

  /**
   * The same rows, each with the session of its group that it is part of: sessions of rows with
   * equal keys that overlap or touch become one, from the earliest start to the latest end. Rows of
   * one group and session come one after the other. Sees all rows of an epoch first.
   *
   * @param column a struct of start and end, without nulls: the session of the row alone, replaced
   */
  record Sessions(Rel input, List<NamedExpression> keys, int column, Origin origin)
      implements SameColumns {
    public Sessions {
      keys = List.copyOf(keys);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sessions(this);
    }
  }

  /**
   * The same rows, of which {@code column} tells the time of the event: a timestamp, or a window,
   * whose end counts. Rows may come up to {@code delayMillis} late.
   */
  record Watermark(Rel input, int column, long delayMillis, Origin origin) implements SameColumns {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.watermark(this);
    }
  }

  /**
   * The first row of each key.
   *
   * @param keys columns of the input
   * @param withinWatermark whether a key is forgotten as soon as the watermark is past the event
   *     time of its first row plus the delay, whatever the keys are
   */
  record Deduplicate(Rel input, List<Integer> keys, boolean withinWatermark, Origin origin)
      implements SameColumns {
    public Deduplicate {
      keys = List.copyOf(keys);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.deduplicate(this);
    }
  }

  /** All rows in order: over a static input, or above an aggregation in complete mode. */
  record Sort(Rel input, List<SortOrder> orders, Origin origin) implements SameColumns {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sort(this);
    }
  }

  /**
   * The first {@code count} rows after those skipped: of the whole stream, or of each result in
   * complete mode; counted for itself in each combination of the first {@code perKeys} columns.
   */
  record Limit(Rel input, long count, long skip, int perKeys, Origin origin)
      implements SameColumns {
    public Limit(Rel input, long count, Origin origin) {
      this(input, count, 0L, 0, origin);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.limit(this);
    }
  }

  /**
   * Each row, and behind its columns what window functions make of it among the rows of the same
   * partition. Rows come out partition by partition, in order.
   *
   * @param scope which rows there are: all of a static table, or those of one micro-batch; over a
   *     whole stream there is no such thing
   */
  record Window(
      Rel input,
      List<Expression> partition,
      List<SortOrder> order,
      List<NamedWindowing> functions,
      Aggregate.Scope scope,
      Origin origin)
      implements Unary {
    public Window {
      partition = List.copyOf(partition);
      order = List.copyOf(order);
      functions = List.copyOf(functions);
    }

    @Override
    public Schema schema() {
      List<Field> fields = new ArrayList<>(input.schema().fields());
      functions.forEach(function -> fields.add(function.field()));
      return new Schema(fields);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.window(this);
    }
  }

  /**
   * What a program makes of the rows of each key and of the state that it keeps for the key.
   *
   * @param initial the rows of a table that states begin with, once, before the first batch
   */
  record TransformWithState(Rel input, Optional<Rel> initial, StateProgram program, Origin origin)
      implements Rel {
    public TransformWithState(Rel input, StateProgram program, Origin origin) {
      this(input, Optional.empty(), program, origin);
    }

    @Override
    public Schema schema() {
      return program.output();
    }

    @Override
    public List<Rel> inputs() {
      return initial.isPresent() ? List.of(input, initial.get()) : List.of(input);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.transformWithState(this);
    }
  }
}
