package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings inputs of the same names to one order and one type for each column. */
final class UnionByName {
  private final StepContext context;

  UnionByName(StepContext context) {
    this.context = context;
  }

  /** {@code names} are those of all inputs but the first. */
  Rel of(List<Rel> inputs, List<Node.Text> names) {
    Schema first = inputs.get(0).schema().visible();
    List<Field> fields = new ArrayList<>();
    boolean fits = true;
    for (Field field : first.fields()) {
      DataType type = field.type();
      boolean nullable = field.nullable();
      for (int i = 1; i < inputs.size(); i++) {
        Field other = column(inputs.get(i).schema(), field.name());
        Optional<DataType> common = TypeCoercionRules.common(type, other.type());
        if (common.isEmpty()) {
          fits = false;
          context
              .problems()
              .error(
                  "union-columns",
                  names.get(i - 1).at(),
                  "the column '"
                      + field.name()
                      + "' is "
                      + other.type().sql()
                      + " in '"
                      + names.get(i - 1).value()
                      + "', but "
                      + type.sql()
                      + " before it",
                  "cast one of them by withColumns");
        } else {
          type = common.get();
        }
        nullable |= other.nullable();
      }
      fields.add(new Field(field.name(), type, nullable));
    }
    if (!fits) {
      return inputs.get(0);
    }
    Schema schema = new Schema(fields);
    return new Rel.Union(
        inputs.stream().map(input -> arranged(input, schema)).toList(), schema, context.origin());
  }

  private static Field column(Schema schema, String name) {
    return schema.field(schema.indexesOf(name).get(0));
  }

  /** The columns of an input as the union has them. */
  private Rel arranged(Rel input, Schema schema) {
    List<NamedExpression> columns = new ArrayList<>();
    boolean same = !input.schema().hasHidden();
    for (int i = 0; i < schema.size(); i++) {
      Field wanted = schema.field(i);
      int index = input.schema().indexesOf(wanted.name()).get(0);
      same &= index == i && input.schema().field(i).type().equals(wanted.type());
      Expression reference = StepValues.reference(input.schema(), index);
      columns.add(
          new NamedExpression(
              wanted.name(), Cast.implicit(reference, wanted.type(), context.session())));
    }
    return same ? input : new Rel.Project(input, columns, context.origin());
  }
}
