package dev.sluice.operators.function.misc;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Draws;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import java.util.List;

/**
 * Where a row is: {@code monotonically_increasing_id}, {@code spark_partition_id}, and the part of
 * the file that it was read from.
 */
public final class PlaceFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "monotonically_increasing_id",
        "spark_partition_id",
        "input_file_block_start",
        "input_file_block_length",
        "version");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "monotonically_increasing_id" ->
          declare(
              name,
              "A number for each row of a batch: the split in the upper 31 bits, the place in it in"
                  + " the lower 33.",
              "0",
              call -> new Numbered(true));
      case "spark_partition_id" ->
          declare(
              name,
              "Which split of the input the row is of; behind an exchange, which worker has it.",
              "0",
              call -> new Numbered(false));
      case "version" ->
          declare(
              name,
              "The version of Spark whose answers these are, and who gives them.",
              "4.1.3 sluice",
              call -> new Literal(AtomicType.STRING, "4.1.3 sluice", "version()"));
      case "input_file_block_start", "input_file_block_length" ->
          declare(
              name,
              name.endsWith("start")
                  ? "Where the part of the file begins that the row was read from; -1 for rows of"
                      + " no file."
                  : "How long the part of the file is that the row was read from; -1 for rows of no"
                      + " file.",
              "-1",
              // Directly above a source of files the binder puts what the source knows here.
              call -> new Literal(AtomicType.BIGINT, -1L, name + "()"));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name, String description, String shown, NamedFunction.Binder binder) {
    return NamedFunction.of(
        name,
        FunctionDoc.of("misc_funcs", name + "()", description, example(name + "()", shown)),
        call -> bind(call, binder));
  }

  private static Expression bind(FunctionCall call, NamedFunction.Binder binder) {
    call.requireCount(0, 0);
    return binder.bind(call);
  }

  /** The partition of a row, or a number that no other row has. */
  private static final class Numbered implements Expression {
    private static final int PLACE_BITS = 33;

    private final boolean rows;

    private static final class Count {
      private long next;
    }

    Numbered(boolean rows) {
      this.rows = rows;
    }

    @Override
    public DataType type() {
      return rows ? AtomicType.BIGINT : AtomicType.INT;
    }

    @Override
    public boolean nullable() {
      return false;
    }

    @Override
    public List<Expression> children() {
      return List.of();
    }

    @Override
    public Column evaluate(Batch input, EvaluationContext context) {
      Draws draws = context.draws();
      int partition = draws == null ? context.partition() : draws.partition();
      if (!rows) {
        return ConstantColumn.of(AtomicType.INT, partition, input.rows());
      }
      Count count = draws == null ? new Count() : (Count) draws.of(this, Count::new);
      long[] ids = new long[input.rows()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = ((long) partition << PLACE_BITS) + count.next++;
      }
      return new LongColumn(AtomicType.BIGINT, ids, Validity.ALL, ids.length);
    }

    @Override
    public boolean deterministic() {
      return false;
    }

    @Override
    public boolean foldable() {
      return false;
    }

    @Override
    public String sql() {
      return rows ? "monotonically_increasing_id()" : "SPARK_PARTITION_ID()";
    }
  }
}
