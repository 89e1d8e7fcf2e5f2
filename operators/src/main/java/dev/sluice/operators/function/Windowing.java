package dev.sluice.operators.function;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import java.util.List;

/** A bound call in front of OVER: what is computed for each row among those of its partition. */
public sealed interface Windowing {
  DataType type();

  boolean nullable();

  /** Evaluated over the input, one column each. */
  List<Expression> arguments();

  /** The text Spark shows in front of OVER. */
  String sql();

  /** By the place of the row in its partition, whatever is in it. */
  record Ranking(Kind kind, int buckets, String sql) implements Windowing {
    /** What is told of the place. */
    public enum Kind {
      ROW_NUMBER,
      RANK,
      DENSE_RANK,
      PERCENT_RANK,
      CUME_DIST,
      NTILE
    }

    @Override
    public DataType type() {
      return kind == Kind.PERCENT_RANK || kind == Kind.CUME_DIST
          ? AtomicType.DOUBLE
          : AtomicType.INT;
    }

    @Override
    public boolean nullable() {
      return false;
    }

    @Override
    public List<Expression> arguments() {
      return List.of();
    }
  }

  /**
   * The value some rows further on, or before if {@code offset} is negative; {@code otherwise} of
   * this row where there is no such row. Without nulls, only rows whose value is not null count.
   */
  record Shift(Expression value, Expression otherwise, int offset, boolean ignoreNulls, String sql)
      implements Windowing {
    @Override
    public DataType type() {
      return value.type();
    }

    @Override
    public boolean nullable() {
      return value.nullable() || otherwise.nullable();
    }

    @Override
    public List<Expression> arguments() {
      return List.of(value, otherwise);
    }
  }

  /** The value of the {@code n}th row of the frame, from 1, counted from its end if asked for. */
  record Nth(Expression value, int n, boolean fromEnd, boolean ignoreNulls, String sql)
      implements Windowing {
    @Override
    public DataType type() {
      return value.type();
    }

    @Override
    public boolean nullable() {
      return true;
    }

    @Override
    public List<Expression> arguments() {
      return List.of(value);
    }
  }

  /** An aggregate function of the rows of the frame. */
  record Aggregated(Aggregation aggregation) implements Windowing {
    @Override
    public DataType type() {
      return aggregation.type();
    }

    @Override
    public boolean nullable() {
      return aggregation.nullable();
    }

    @Override
    public List<Expression> arguments() {
      return aggregation.arguments();
    }

    @Override
    public String sql() {
      return aggregation.sql();
    }
  }
}
