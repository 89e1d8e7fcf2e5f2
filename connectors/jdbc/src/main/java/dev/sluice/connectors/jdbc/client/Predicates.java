package dev.sluice.connectors.jdbc.client;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.InList;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
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
final class Predicates {
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

  /** The condition in SQL; nothing if the database may not check it. */
  Optional<String> sql(Expression condition) {
    int before = parameters.size();
    Optional<String> sql = translate(condition);
    if (sql.isEmpty()) {
      parameters.subList(before, parameters.size()).clear();
    }
    return sql;
  }

  private Optional<String> translate(Expression condition) {
    if (condition instanceof Logic logic) {
      List<String> parts = new ArrayList<>();
      for (Expression child : logic.children()) {
        Optional<String> part = translate(child);
        if (part.isEmpty()) {
          return Optional.empty();
        }
        parts.add(part.get());
      }
      return Optional.of("(" + String.join(logic.and() ? " AND " : " OR ", parts) + ")");
    }
    if (condition instanceof NullTest test
        && test.kind() == NullTest.Kind.NULL
        && test.operand() instanceof ColumnReference column) {
      return test.not()
          ? Optional.of(name(column) + " IS NOT NULL")
          : nullsAreCommon(column) ? Optional.of(name(column) + " IS NULL") : Optional.empty();
    }
    if (condition instanceof Comparison comparison) {
      return comparison(comparison);
    }
    if (condition instanceof InList in && in.children().get(0) instanceof ColumnReference column) {
      return in(column, in.children().subList(1, in.children().size()));
    }
    return Optional.empty();
  }

  private Optional<String> comparison(Comparison comparison) {
    Expression left = comparison.children().get(0);
    Expression right = comparison.children().get(1);
    if (left instanceof ColumnReference column && right instanceof Literal value) {
      return compared(column, comparison.operator().symbol(), value);
    }
    if (right instanceof ColumnReference column && left instanceof Literal value) {
      return compared(column, turned(comparison.operator()), value);
    }
    return Optional.empty();
  }

  private static String turned(Comparison.Operator operator) {
    return switch (operator) {
      case LESS -> ">";
      case LESS_OR_EQUAL -> ">=";
      case GREATER -> "<";
      case GREATER_OR_EQUAL -> "<=";
      default -> operator.symbol();
    };
  }

  private Optional<String> compared(ColumnReference column, String operator, Literal value) {
    Comparing how = comparing(column);
    Parameter parameter = parameter(value, how);
    boolean ordered = !operator.equals("=");
    if (parameter == null || operator.equals("<=>") || (ordered && !orderIsCommon(column.type()))) {
      return Optional.empty();
    }
    parameters.add(parameter);
    return Optional.of(compared(column, how) + " " + operator + " ?");
  }

  private Optional<String> in(ColumnReference column, List<Expression> values) {
    Comparing how = comparing(column);
    List<Parameter> found = new ArrayList<>();
    for (Expression value : values) {
      Parameter parameter = value instanceof Literal literal ? parameter(literal, how) : null;
      if (parameter == null) {
        return Optional.empty();
      }
      found.add(parameter);
    }
    parameters.addAll(found);
    return Optional.of(compared(column, how) + " IN (" + "?, ".repeat(found.size() - 1) + "?)");
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

  private @Nullable Parameter parameter(Literal literal, Comparing how) {
    DataType type = literal.type();
    Object value = literal.value();
    if (value == null
        || how == Comparing.NEVER
        || dialect == Dialect.SQLITE && type == AtomicType.DATE) {
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
