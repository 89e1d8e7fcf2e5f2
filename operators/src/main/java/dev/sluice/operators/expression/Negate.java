package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/**
 * Unary minus over numbers and intervals; the least value has no opposite and overflows in ANSI
 * mode.
 */
public record Negate(Expression operand, boolean ansi, String sql) implements Expression {
  @Override
  public DataType type() {
    return operand.type();
  }

  @Override
  public boolean nullable() {
    return operand.nullable();
  }

  @Override
  public List<Expression> children() {
    return List.of(operand);
  }

  @Override
  public boolean mayFail() {
    return ansi || operand.mayFail();
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    Column column = operand.evaluate(input, context);
    Validity validity = Flats.validity(column);
    int rows = input.rows();
    DataType type = operand.type();
    return switch (type.physical()) {
      case INT -> {
        int[] values = Flats.ints(column);
        int least =
            type == AtomicType.TINYINT
                ? Byte.MIN_VALUE
                : type == AtomicType.SMALLINT ? Short.MIN_VALUE : Integer.MIN_VALUE;
        int[] out = new int[rows];
        for (int i = 0; i < rows; i++) {
          if (values[i] == least && ansi && validity.isValid(i)) {
            throw overflow(i);
          }
          out[i] = values[i] == least ? least : -values[i];
        }
        yield new IntColumn(type, out, validity, rows);
      }
      case LONG -> {
        long[] values = Flats.longs(column);
        long[] out = new long[rows];
        for (int i = 0; i < rows; i++) {
          if (values[i] == Long.MIN_VALUE && ansi && validity.isValid(i)) {
            throw overflow(i);
          }
          out[i] = -values[i];
        }
        yield new LongColumn(type, out, validity, rows);
      }
      case FLOAT -> {
        float[] values = Flats.floats(column);
        float[] out = new float[rows];
        for (int i = 0; i < rows; i++) {
          out[i] = -values[i];
        }
        yield new FloatColumn(type, out, validity, rows);
      }
      case DOUBLE -> {
        double[] values = Flats.doubles(column);
        double[] out = new double[rows];
        for (int i = 0; i < rows; i++) {
          out[i] = -values[i];
        }
        yield new DoubleColumn(type, out, validity, rows);
      }
      case DECIMAL128 -> {
        Decimal128Column values = (Decimal128Column) column.flatten();
        ColumnBuilder out = ColumnBuilder.of(type, rows);
        for (int i = 0; i < rows; i++) {
          if (validity.isNull(i)) {
            out.appendNull();
          } else {
            Decimals.append(out, negated(Decimals.get(values, i), i));
          }
        }
        yield out.build();
      }
      case INTERVAL -> {
        IntervalColumn values = (IntervalColumn) column.flatten();
        int[] months = new int[rows];
        int[] days = new int[rows];
        long[] micros = new long[rows];
        for (int i = 0; i < rows; i++) {
          months[i] = -values.months()[i];
          days[i] = -values.days()[i];
          micros[i] = -values.microseconds()[i];
        }
        yield new IntervalColumn(months, days, micros, validity, rows);
      }
      default -> throw new IllegalStateException("no minus over " + type);
    };
  }

  /** Spark negates decimals with 34 digits: what has more is rounded, even to one too many. */
  private BigDecimal negated(BigDecimal value, int row) {
    DecimalType decimal = (DecimalType) type();
    BigDecimal rounded = value.negate(MathContext.DECIMAL128);
    BigDecimal result = rounded.setScale(decimal.scale(), RoundingMode.HALF_UP);
    if (result.precision() > decimal.precision()) {
      throw new EvaluationException(
          "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
          "minus " + value.toPlainString() + " has more digits than " + decimal.sql(),
          row);
    }
    return result;
  }

  private EvaluationException overflow(int row) {
    if (type() instanceof DecimalType || type() instanceof AtomicType) {
      return Errors.overflow(
          type() == AtomicType.BIGINT ? "long overflow" : type().catalogString() + " overflow",
          "try_subtract",
          row);
    }
    return Errors.intervalOverflow("interval overflow", row);
  }
}
