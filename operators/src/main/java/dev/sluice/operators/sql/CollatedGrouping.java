package dev.sluice.operators.sql;

import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.CollationKeys;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.aggregate.EdgeFunctions;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Groups by collated strings: the groups are those of their keys, and a group shows the first of
 * its strings.
 */
final class CollatedGrouping {
  private CollatedGrouping() {}

  /** The aggregation with the same result; itself if no key is collated. */
  static Rel of(
      Rel input,
      List<NamedExpression> keys,
      List<NamedAggregation> aggregations,
      Rel.Aggregate.Scope scope,
      Origin origin) {
    if (keys.stream().noneMatch(key -> CollatedType.isIn(key.expression().type()))) {
      return new Rel.Aggregate(input, keys, aggregations, scope, origin);
    }
    List<NamedExpression> compared = new ArrayList<>();
    List<NamedAggregation> all = new ArrayList<>(aggregations);
    List<Integer> places = new ArrayList<>();
    for (NamedExpression key : keys) {
      Expression expression = key.expression();
      compared.add(new NamedExpression(key.name(), CollationKeys.of(expression)));
      if (CollatedType.isIn(expression.type())) {
        places.add(keys.size() + all.size());
        all.add(
            new NamedAggregation(
                key.name(), EdgeFunctions.first(expression), false, Optional.empty()));
      } else {
        places.add(compared.size() - 1);
      }
    }
    for (int i = 0; i < aggregations.size(); i++) {
      places.add(keys.size() + i);
    }
    Rel groups = new Rel.Aggregate(input, compared, all, scope, origin);
    List<NamedExpression> columns = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Field field = groups.schema().field(places.get(i));
      boolean nullable = i < keys.size() ? keys.get(i).expression().nullable() : field.nullable();
      columns.add(
          new NamedExpression(
              field.name(),
              new ColumnReference(places.get(i), field.name(), field.type(), nullable)));
    }
    return new Rel.Project(groups, columns, origin);
  }
}
