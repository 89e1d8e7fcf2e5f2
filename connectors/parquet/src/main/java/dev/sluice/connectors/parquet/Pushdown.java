package dev.sluice.connectors.parquet;

import dev.sluice.connectors.pushdown.ConditionWalk;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a query as the library's predicates, as far as they can be said so. What cannot
 * is left out: the query filters again. Columns within others are not told of, nor are times whose
 * order in the file is not that of their values.
 */
final class Pushdown extends ConditionWalk<FilterPredicate, IOException> {
  private final Schema schema;
  private final ParquetNode root;
  private final boolean legacy;
  private final Set<ColumnPath> columns = new HashSet<>();

  /** With other than modern dates the file's order is not that of the values read. */
  private Pushdown(Schema schema, ParquetNode root, LeafColumns.Calendar calendar) {
    this.schema = schema;
    this.root = root;
    this.legacy = calendar.dates().matters();
  }

  /**
   * @param predicate null if there is nothing to be said
   * @param columns those it is about
   */
  record Result(@Nullable FilterPredicate predicate, Set<ColumnPath> columns) {}

  static Result of(
      Schema schema, ParquetNode root, List<Expression> filters, LeafColumns.Calendar calendar)
      throws IOException {
    if (filters.isEmpty()) {
      return new Result(null, Set.of());
    }
    Pushdown pushdown = new Pushdown(schema, root, calendar);
    return new Result(pushdown.all(filters), pushdown.columns);
  }

  @Override
  protected FilterPredicate and(List<FilterPredicate> operands) {
    FilterPredicate all = operands.get(0);
    for (FilterPredicate one : operands.subList(1, operands.size())) {
      all = FilterApi.and(all, one);
    }
    return all;
  }

  @Override
  protected FilterPredicate or(List<FilterPredicate> operands) {
    FilterPredicate any = operands.get(0);
    for (FilterPredicate one : operands.subList(1, operands.size())) {
      any = FilterApi.or(any, one);
    }
    return any;
  }

  /** The node of a column that is a leaf of its own; the library's API takes a dot for a level. */
  private @Nullable ParquetNode flatLeaf(ColumnReference column) throws IOException {
    ParquetNode node = ColumnAssembler.find(root, schema.field(column.index()).name());
    return node != null
            && node.isLeaf()
            && node.maxRepetition() == 0
            && node.name().indexOf('.') < 0
        ? node
        : null;
  }

  private String told(ParquetNode node) {
    columns.add(ColumnPath.get(node.name()));
    return node.name();
  }

  @Override
  protected @Nullable FilterPredicate isNull(ColumnReference column, boolean not)
      throws IOException {
    ParquetNode node = flatLeaf(column);
    if (node == null) {
      return null;
    }
    String name = told(node);
    return switch (node.primitive().getPrimitiveTypeName()) {
      case BOOLEAN -> equalsNull(FilterApi.booleanColumn(name), not);
      case INT32 -> equalsNull(FilterApi.intColumn(name), not);
      case INT64 -> equalsNull(FilterApi.longColumn(name), not);
      case FLOAT -> equalsNull(FilterApi.floatColumn(name), not);
      case DOUBLE -> equalsNull(FilterApi.doubleColumn(name), not);
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> equalsNull(FilterApi.binaryColumn(name), not);
    };
  }

  private static <
          T extends Comparable<T>, C extends Operators.Column<T> & Operators.SupportsEqNotEq>
      FilterPredicate equalsNull(C column, boolean not) {
    return not ? FilterApi.notEq(column, null) : FilterApi.eq(column, null);
  }

  @Override
  protected @Nullable FilterPredicate compare(
      ColumnReference column, Comparison.Operator operator, Object value) throws IOException {
    ParquetNode node = flatLeaf(column);
    if (node == null || !ParquetTypes.type(node).equals(column.type())) {
      return null;
    }
    DataType type = column.type();
    PrimitiveTypeName physical = node.primitive().getPrimitiveTypeName();
    if (type == AtomicType.BOOLEAN && value instanceof Boolean flag) {
      return operator == Comparison.Operator.EQUAL
          ? FilterApi.eq(FilterApi.booleanColumn(told(node)), flag)
          : null;
    }
    if (type == AtomicType.STRING && value instanceof String text) {
      return compare(FilterApi.binaryColumn(told(node)), operator, Binary.fromString(text));
    }
    if (value instanceof Double number && physical == PrimitiveTypeName.DOUBLE) {
      return real(FilterApi.doubleColumn(told(node)), operator, number, 0.0, -0.0, number.isNaN());
    }
    if (value instanceof Float number && physical == PrimitiveTypeName.FLOAT) {
      return real(FilterApi.floatColumn(told(node)), operator, number, 0f, -0f, number.isNaN());
    }
    Long number = isMicros(node, type) ? (Long) value : whole(type, value);
    if (number != null && physical == PrimitiveTypeName.INT64) {
      return compare(FilterApi.longColumn(told(node)), operator, number);
    }
    if (number != null && physical == PrimitiveTypeName.INT32 && number == number.intValue()) {
      return compare(FilterApi.intColumn(told(node)), operator, number.intValue());
    }
    return null;
  }

  /** How the file holds a number, date or short decimal; null if it may be otherwise. */
  private @Nullable Long whole(DataType type, Object value) {
    if (type instanceof DecimalType decimal && value instanceof BigDecimal number) {
      return decimal.precision() <= DecimalType.MAX_LONG_PRECISION
              && number.stripTrailingZeros().scale() <= decimal.scale()
          ? (Long) number.setScale(decimal.scale()).unscaledValue().longValue()
          : null;
    }
    boolean same =
        type == AtomicType.TINYINT
            || type == AtomicType.SMALLINT
            || type == AtomicType.INT
            || type == AtomicType.BIGINT
            || type == AtomicType.DATE && !legacy;
    return same && value instanceof Number number ? (Long) number.longValue() : null;
  }

  private boolean isMicros(ParquetNode node, DataType type) {
    return (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ)
        && node.logical() instanceof TimestampLogicalTypeAnnotation timestamp
        && timestamp.getUnit() == TimeUnit.MICROS
        && !legacy;
  }

  /** NaN is the greatest number, which no bounds tell of; zero has no sign. */
  private static <T extends Comparable<T>, C extends Operators.Column<T> & Operators.SupportsLtGt>
      @Nullable FilterPredicate real(
          C column, Comparison.Operator operator, T value, T zero, T minusZero, boolean nan) {
    if (nan) {
      return null;
    }
    boolean isZero = value.equals(zero) || value.equals(minusZero);
    T low = isZero ? minusZero : value;
    T high = isZero ? zero : value;
    return switch (operator) {
      case EQUAL ->
          isZero
              ? FilterApi.and(FilterApi.gtEq(column, low), FilterApi.ltEq(column, high))
              : FilterApi.eq(column, value);
      case LESS -> FilterApi.lt(column, low);
      case LESS_OR_EQUAL -> FilterApi.ltEq(column, high);
      default -> null;
    };
  }

  private static <T extends Comparable<T>, C extends Operators.Column<T> & Operators.SupportsLtGt>
      @Nullable FilterPredicate compare(C column, Comparison.Operator operator, T value) {
    return switch (operator) {
      case EQUAL -> FilterApi.eq(column, value);
      case LESS -> FilterApi.lt(column, value);
      case LESS_OR_EQUAL -> FilterApi.ltEq(column, value);
      case GREATER -> FilterApi.gt(column, value);
      case GREATER_OR_EQUAL -> FilterApi.gtEq(column, value);
      case NULL_SAFE_EQUAL -> null;
    };
  }
}
