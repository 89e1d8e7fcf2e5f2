package dev.sluice.connectors.parquet;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * Tells from smallest and largest values whether any row of a row group can meet the conditions. In
 * doubt it can.
 */
final class RowGroupFilter {
  private final Schema schema;
  private final ParquetNode root;
  private final List<Expression> filters;
  private final boolean legacy;

  /** With {@code legacy} dates the file's order is not that of the values read. */
  RowGroupFilter(
      Schema schema, ParquetNode root, List<Expression> filters, LeafColumns.Calendar calendar) {
    this.schema = schema;
    this.root = root;
    this.filters = filters;
    this.legacy = calendar.legacyDates();
  }

  boolean mayMatch(RowGroup group) throws IOException {
    for (Expression filter : filters) {
      if (!mayMatch(filter, group)) {
        return false;
      }
    }
    return true;
  }

  private boolean mayMatch(Expression filter, RowGroup group) throws IOException {
    if (filter instanceof Logic logic) {
      for (Expression operand : logic.children()) {
        if (mayMatch(operand, group) != logic.and()) {
          return !logic.and();
        }
      }
      return logic.and();
    }
    if (filter instanceof NullTest test && test.kind() == NullTest.Kind.NULL) {
      return mayBeNull(test, group);
    }
    if (filter instanceof Comparison comparison) {
      if (comparison.left() instanceof ColumnReference column
          && comparison.right() instanceof Literal literal) {
        return mayCompare(column, comparison.operator(), literal, group);
      }
      if (comparison.right() instanceof ColumnReference column
          && comparison.left() instanceof Literal literal) {
        return mayCompare(column, mirrored(comparison.operator()), literal, group);
      }
    }
    return true;
  }

  private static Comparison.Operator mirrored(Comparison.Operator operator) {
    return switch (operator) {
      case LESS -> Comparison.Operator.GREATER;
      case LESS_OR_EQUAL -> Comparison.Operator.GREATER_OR_EQUAL;
      case GREATER -> Comparison.Operator.LESS;
      case GREATER_OR_EQUAL -> Comparison.Operator.LESS_OR_EQUAL;
      default -> operator;
    };
  }

  private boolean mayBeNull(NullTest test, RowGroup group) throws IOException {
    if (!(test.operand() instanceof ColumnReference column)) {
      return true;
    }
    ParquetNode node = flatLeaf(column);
    Statistics statistics = node == null ? null : statistics(node, group);
    if (statistics == null || !statistics.isSetNull_count()) {
      return true;
    }
    return test.not()
        ? statistics.getNull_count() < group.getNum_rows()
        : statistics.getNull_count() > 0;
  }

  private @Nullable ParquetNode flatLeaf(ColumnReference column) throws IOException {
    ParquetNode node = ColumnAssembler.find(root, schema.field(column.index()).name());
    return node != null && node.isLeaf() && node.maxRepetition() == 0 ? node : null;
  }

  private static @Nullable Statistics statistics(ParquetNode node, RowGroup group) {
    ColumnMetaData metadata = group.getColumns().get(node.leaf()).getMeta_data();
    return metadata != null && metadata.isSetStatistics() ? metadata.getStatistics() : null;
  }

  private boolean mayCompare(
      ColumnReference column, Comparison.Operator operator, Literal literal, RowGroup group)
      throws IOException {
    Object value = literal.value();
    ParquetNode node = flatLeaf(column);
    if (node == null || value == null || !literal.type().equals(column.type())) {
      return true;
    }
    Statistics statistics = statistics(node, group);
    if (statistics == null
        || !statistics.isSetMin_value()
        || !statistics.isSetMax_value()
        || !ParquetTypes.type(node).equals(column.type())) {
      return true;
    }
    Integer low = compare(node, column.type(), statistics.getMin_value(), value);
    Integer high = compare(node, column.type(), statistics.getMax_value(), value);
    if (low == null || high == null) {
      return true;
    }
    // NaN is the greatest number, and no statistics tell of it.
    boolean real = column.type() == AtomicType.DOUBLE || column.type() == AtomicType.FLOAT;
    return switch (operator) {
      case EQUAL -> low <= 0 && (high >= 0);
      case LESS -> low < 0;
      case LESS_OR_EQUAL -> low <= 0;
      case GREATER -> real || high > 0;
      case GREATER_OR_EQUAL -> real || high >= 0;
      default -> true;
    };
  }

  /** The order of a statistic and a value, null if there is none to be relied on. */
  private @Nullable Integer compare(
      ParquetNode node, DataType type, byte[] statistic, Object value) {
    Type physical = node.element().getType();
    if (type == AtomicType.STRING && value instanceof String text) {
      return Integer.signum(
          Arrays.compareUnsigned(statistic, text.getBytes(StandardCharsets.UTF_8)));
    }
    if (value instanceof Double number && physical == Type.DOUBLE && statistic.length == 8) {
      double edge = Double.longBitsToDouble((long) ByteSink.LONGS.get(statistic, 0));
      return number.isNaN() || Double.isNaN(edge) ? null : compare(edge, number);
    }
    if (value instanceof Float number && physical == Type.FLOAT && statistic.length == 4) {
      float edge = Float.intBitsToFloat((int) ByteSink.INTS.get(statistic, 0));
      return number.isNaN() || Float.isNaN(edge) ? null : compare(edge, number);
    }
    boolean time = type == AtomicType.DATE || type == AtomicType.TIMESTAMP;
    if (time && legacy || physical == Type.INT96) {
      return null;
    }
    Long edge =
        physical == Type.INT32 && statistic.length == 4
            ? Long.valueOf((int) ByteSink.INTS.get(statistic, 0))
            : physical == Type.INT64 && statistic.length == 8
                ? Long.valueOf((long) ByteSink.LONGS.get(statistic, 0))
                : null;
    if (edge == null) {
      return null;
    }
    if (type instanceof DecimalType decimal && value instanceof BigDecimal number) {
      return BigDecimal.valueOf(edge, decimal.scale()).compareTo(number);
    }
    boolean whole =
        type == AtomicType.TINYINT
            || type == AtomicType.SMALLINT
            || type == AtomicType.INT
            || type == AtomicType.BIGINT && physical == Type.INT64
            || type == AtomicType.DATE;
    return whole && value instanceof Number number ? Long.compare(edge, number.longValue()) : null;
  }

  /** Zero has no sign here. */
  private static int compare(double a, double b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
}
