package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.pushdown.ConditionWalk;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Conditions that a database may check itself: only those of which it keeps at least the rows that
 * we keep, whatever its order of texts, for the query filters again. Values are parameters. A
 * column that is declared with another type than the table's is compared by the query alone.
 */
final class Predicates extends ConditionWalk<Predicates.Said, RuntimeException> {
  /**
   * A value for a question mark.
   *
   * @param untyped true if the database is to find its type
   */
  record Parameter(Object value, boolean untyped) {
    void set(PreparedStatement statement, int index) throws SQLException {
      if (untyped) {
        statement.setObject(index, value, Types.OTHER);
      } else {
        statement.setObject(index, value);
      }
    }
  }

  /** A condition in SQL, and the values for its question marks. */
  record Said(String sql, List<Parameter> parameters) {}

  private final Schema schema;
  private final List<TableColumn> table;
  private final Dialect dialect;
  private final List<Parameter> parameters = new ArrayList<>();

  /**
   * @param schema the columns of the conditions, by the names that the table has for them
   */
  Predicates(Schema schema, List<TableColumn> table, Dialect dialect) {
    this.schema = schema;
    this.table = table;
    this.dialect = dialect;
  }

  /** The values for the question marks, in order. */
  List<Parameter> parameters() {
    return parameters;
  }

  /** The condition in SQL, or the part of it that the database may check; nothing if none. */
  Optional<String> sql(Expression condition) {
    Said said = of(condition);
    if (said == null) {
      return Optional.empty();
    }
    parameters.addAll(said.parameters());
    return Optional.of(said.sql());
  }

  @Override
  protected Said and(List<Said> operands) {
    return joined(operands, " AND ");
  }

  @Override
  protected Said or(List<Said> operands) {
    return joined(operands, " OR ");
  }

  private static Said joined(List<Said> operands, String word) {
    List<String> parts = new ArrayList<>();
    List<Parameter> all = new ArrayList<>();
    for (Said operand : operands) {
      parts.add(operand.sql());
      all.addAll(operand.parameters());
    }
    return new Said("(" + String.join(word, parts) + ")", all);
  }

  @Override
  protected @Nullable Said isNull(ColumnReference column, boolean not) {
    if (!not && !nullsAreCommon(column)) {
      return null;
    }
    return new Said(name(column) + (not ? " IS NOT NULL" : " IS NULL"), List.of());
  }

  @Override
  protected @Nullable Said compare(
      ColumnReference column, Comparison.Operator operator, Object value) {
    Comparing how = comparing(column);
    Parameter parameter = parameter(column.type(), value, how);
    boolean ordered = operator != Comparison.Operator.EQUAL;
    return parameter == null || (ordered && !orderIsCommon(column.type()))
        ? null
        : new Said(compared(column, how) + " " + operator.symbol() + " ?", List.of(parameter));
  }

  @Override
  protected @Nullable Said in(ColumnReference column, List<Object> values) {
    Comparing how = comparing(column);
    List<Parameter> found = new ArrayList<>();
    for (Object value : values) {
      Parameter parameter = parameter(column.type(), value, how);
      if (parameter == null) {
        return null;
      }
      found.add(parameter);
    }
    return new Said(compared(column, how) + " IN (" + "?, ".repeat(found.size() - 1) + "?)", found);
  }

  /** MySQL's day 0000-00-00 is one there, and null where it is read. */
  private boolean nullsAreCommon(ColumnReference column) {
    DataType type = column.type();
    boolean isTime =
        type == AtomicType.DATE || type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ;
    return comparing(column) != Comparing.NEVER && !(dialect == Dialect.MYSQL && isTime);
  }

  /** Texts are ordered differently everywhere, and so is NaN. */
  private static boolean orderIsCommon(DataType type) {
    return type == AtomicType.TINYINT
        || type == AtomicType.SMALLINT
        || type == AtomicType.INT
        || type == AtomicType.BIGINT
        || type == AtomicType.DATE
        || type instanceof DecimalType;
  }

  /** Never, if what is read is not what the database would compare. */
  private Comparing comparing(ColumnReference column) {
    Field read = schema.field(column.index());
    return table.stream()
        .filter(there -> there.field().name().equals(read.name()))
        .filter(there -> there.field().type().equals(read.type()))
        .findFirst()
        .map(TableColumn::comparing)
        .orElse(Comparing.NEVER);
  }

  private @Nullable Parameter parameter(DataType type, Object value, Comparing how) {
    if (how == Comparing.NEVER || dialect == Dialect.SQLITE && type == AtomicType.DATE) {
      return null;
    }
    if (how == Comparing.AS_UUID) {
      UUID id = uuid(String.valueOf(value));
      return id == null ? null : new Parameter(id, false);
    }
    if (type == AtomicType.DATE) {
      LocalDate day = LocalDate.ofEpochDay((Integer) value);
      return Infinity.isAtTheEnds(day) ? null : new Parameter(day, false);
    }
    if (type == AtomicType.BOOLEAN
        || type == AtomicType.STRING
        || type instanceof DecimalType
        || orderIsCommon(type)) {
      return new Parameter(value, how == Comparing.AS_UNTYPED);
    }
    return null;
  }

  private static @Nullable UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private String compared(ColumnReference column, Comparing how) {
    String name = name(column);
    return how == Comparing.AS_TEXT ? "CAST(" + name + " AS text)" : name;
  }

  private String name(ColumnReference column) {
    return dialect.quote(schema.field(column.index()).name());
  }
}
