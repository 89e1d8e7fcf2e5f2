package dev.sluice.connectors.orc.client;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.pushdown.ConditionWalk;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.apache.hadoop.hive.common.type.HiveDecimal;
import org.apache.hadoop.hive.ql.io.sarg.PredicateLeaf;
import org.apache.hadoop.hive.ql.io.sarg.SearchArgument;
import org.apache.hadoop.hive.ql.io.sarg.SearchArgument.Builder;
import org.apache.hadoop.hive.ql.io.sarg.SearchArgumentFactory;
import org.apache.hadoop.hive.serde2.io.HiveDecimalWritable;
import org.apache.orc.TypeDescription;
import org.apache.orc.TypeDescription.Category;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a query as the library's search argument, as far as they can be said so: by it
 * stripes and groups of rows are passed over. What cannot is left out: the query filters again.
 */
final class SearchArguments extends ConditionWalk<SearchArguments.Term, IOException> {
  /** From here on characters sort differently in UTF-8, the file's order, and in Java. */
  private static final char FIRST_SURROGATE = '\ud800';

  private final Schema schema;
  private final TypeDescription root;
  private final int[] source;
  private final boolean utc;

  /** A part of the argument, written once it is known that all it is made of can be said. */
  interface Term {
    void write(Builder builder);
  }

  /** A column that can be asked about. */
  private record Target(String name, PredicateLeaf.Type type, Category category) {}

  private SearchArguments(Schema schema, TypeDescription root, int[] source, boolean utc) {
    this.schema = schema;
    this.root = root;
    this.source = source;
    this.utc = utc;
  }

  /** Null if nothing can be said. */
  static @Nullable SearchArgument of(
      ScanRequest request, TypeDescription root, int[] source, ZoneId zone) throws IOException {
    if (request.filters().isEmpty()) {
      return null;
    }
    boolean utc = zone.getRules().isFixedOffset() && zone.getId().matches("Z|UTC|GMT|.*00:00");
    Term term = new SearchArguments(request.schema(), root, source, utc).all(request.filters());
    if (term == null) {
      return null;
    }
    Builder builder = SearchArgumentFactory.newBuilder(OrcFiles.configuration());
    term.write(builder);
    return builder.build();
  }

  @Override
  protected Term and(List<Term> operands) {
    return builder -> {
      builder.startAnd();
      operands.forEach(term -> term.write(builder));
      builder.end();
    };
  }

  @Override
  protected Term or(List<Term> operands) {
    return builder -> {
      builder.startOr();
      operands.forEach(term -> term.write(builder));
      builder.end();
    };
  }

  /** The ten days of October 1582 that {@link Date} knows not, and would move. */
  private static boolean isSkippedDay(int day) {
    return day >= -141_437 && day < -141_427;
  }

  private static Term not(Term term) {
    return builder -> {
      builder.startNot();
      term.write(builder);
      builder.end();
    };
  }

  @Override
  protected @Nullable Term isNull(ColumnReference column, boolean not) throws IOException {
    Target target = target(column);
    if (target == null) {
      return null;
    }
    Term isNull = builder -> builder.isNull(target.name, target.type);
    return not ? not(isNull) : isNull;
  }

  @Override
  protected @Nullable Term compare(
      ColumnReference column, Comparison.Operator operator, Object value) throws IOException {
    Target target = target(column);
    Object literal = target == null ? null : literal(target, value);
    if (target == null || literal == null) {
      return null;
    }
    String name = target.name;
    PredicateLeaf.Type type = target.type;
    // NaN is greater than all numbers, which no bound tells of.
    boolean above = type != PredicateLeaf.Type.FLOAT;
    Term less = builder -> builder.lessThan(name, type, literal);
    Term lessOrEqual = builder -> builder.lessThanEquals(name, type, literal);
    return switch (operator) {
      case EQUAL -> builder -> builder.equals(name, type, literal);
      case LESS -> less;
      case LESS_OR_EQUAL -> lessOrEqual;
      case GREATER -> above ? not(lessOrEqual) : null;
      case GREATER_OR_EQUAL -> above ? not(less) : null;
      case NULL_SAFE_EQUAL -> null;
    };
  }

  private @Nullable Target target(ColumnReference column) throws IOException {
    int at = source[column.index()];
    if (at < 0) {
      return null;
    }
    String name = root.getFieldNames().get(at);
    for (int i = 0; i < name.length(); i++) {
      // The library takes names apart at points, and has its own quotes.
      if (!Character.isLetterOrDigit(name.charAt(i)) && name.charAt(i) != '_') {
        return null;
      }
    }
    Category category =
        OrcTypes.boundsOf(root.getChildren().get(at), schema.field(column.index()).type());
    PredicateLeaf.Type type = category == null ? null : leafType(category, column);
    return category == null || type == null ? null : new Target(name, type, category);
  }

  private PredicateLeaf.@Nullable Type leafType(Category category, ColumnReference column) {
    return switch (category) {
      case BOOLEAN -> PredicateLeaf.Type.BOOLEAN;
      case BYTE, SHORT, INT, LONG ->
          column.type() instanceof AtomicType atomic && atomic != AtomicType.TIMESTAMP_NTZ
              ? PredicateLeaf.Type.LONG
              : null;
      case FLOAT, DOUBLE -> PredicateLeaf.Type.FLOAT;
      case STRING -> PredicateLeaf.Type.STRING;
      case DATE -> PredicateLeaf.Type.DATE;
      case DECIMAL -> PredicateLeaf.Type.DECIMAL;
      case TIMESTAMP -> utc ? PredicateLeaf.Type.TIMESTAMP : null;
      default -> null;
    };
  }

  /** The value in the library's form; null if it cannot be compared with bounds. */
  private static @Nullable Object literal(Target target, Object value) {
    return switch (target.type) {
      case BOOLEAN -> value instanceof Boolean ? value : null;
      case LONG -> value instanceof Number number ? (Long) number.longValue() : null;
      case FLOAT -> {
        double number = value instanceof Number n ? n.doubleValue() : Double.NaN;
        // Zero has no sign here and one there.
        yield Double.isNaN(number) || number == 0 ? null : (Double) number;
      }
      case STRING -> value instanceof String text && sortsAsInFile(text) ? text : null;
      case DATE ->
          value instanceof Integer days && !isSkippedDay(days)
              ? Date.valueOf(LocalDate.ofEpochDay(days))
              : null;
      case DECIMAL -> {
        HiveDecimal decimal =
            value instanceof BigDecimal number && number.precision() <= DecimalType.MAX_PRECISION
                ? HiveDecimal.create(number)
                : null;
        yield decimal == null ? null : new HiveDecimalWritable(decimal);
      }
      case TIMESTAMP -> value instanceof Long micros ? timestamp(micros) : null;
    };
  }

  private static Timestamp timestamp(long micros) {
    Timestamp time = new Timestamp(Math.floorDiv(micros, 1000L));
    time.setNanos((int) Math.floorMod(micros, 1_000_000L) * 1000);
    return time;
  }

  private static boolean sortsAsInFile(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= FIRST_SURROGATE) {
        return false;
      }
    }
    return true;
  }
}
