package dev.sluice.runner.loop;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.TimeArithmetic;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.time.ZoneShift;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Two streams of {@code k, v, t}: each row beside those of the same key up to 110 seconds older.
 */
final class JoinQuery {
  private JoinQuery() {}

  static Rel of(Rel left, Rel right, JoinType type) {
    ColumnReference ownKey = new ColumnReference(0, "k", AtomicType.STRING, true);
    ColumnReference own = new ColumnReference(2, "t", AtomicType.TIMESTAMP, true);
    ColumnReference otherKey = new ColumnReference(3, "k", AtomicType.STRING, true);
    ColumnReference other = new ColumnReference(5, "t", AtomicType.TIMESTAMP, true);
    Expression earliest =
        new TimeArithmetic(
            TimeArithmetic.Kind.MICROS,
            own,
            new Literal(DayTimeIntervalType.DEFAULT, 110_000_000L, "INTERVAL 110 SECONDS"),
            true,
            AtomicType.TIMESTAMP,
            ZoneShift.of(ZoneOffset.UTC),
            "earliest");
    List<Expression> condition =
        List.of(
            new Comparison(Comparison.Operator.EQUAL, ownKey, otherKey),
            new Comparison(Comparison.Operator.LESS, other, own),
            new Comparison(Comparison.Operator.GREATER_OR_EQUAL, other, earliest));
    return new Rel.Join(left, right, type, new Logic(true, condition), Origin.NONE);
  }
}
