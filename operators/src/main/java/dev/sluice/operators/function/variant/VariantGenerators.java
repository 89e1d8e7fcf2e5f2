package dev.sluice.operators.function.variant;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.function.NamedGenerator;
import dev.sluice.operators.function.Parameter;
import dev.sluice.operators.function.collection.Generating;
import dev.sluice.operators.variant.Variant;
import java.util.Arrays;
import java.util.List;

/** {@code variant_explode}: rows from the fields of an object or the elements of an array. */
public final class VariantGenerators implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("variant_explode", "variant_explode_outer");
  }

  @Override
  public Function function(String name) {
    boolean outer = name.endsWith("_outer");
    return NamedGenerator.of(
            name,
            FunctionDoc.of(
                "variant_funcs",
                name + "(input)",
                "A row for each field of an object or element of an array, with its position, name"
                    + " and value"
                    + (outer ? "; one row of nulls if there is none." : "."),
                example("* FROM " + name + "(parse_json('[\"hello\"]'))", "0\tNULL\t\"hello\"")),
            call -> bind(call, outer))
        .withParameters(Parameter.required("input"));
  }

  private static Generator bind(FunctionCall call, boolean outer) {
    call.requireCount(1, 1);
    Expression variant = call.exactly(0, AtomicType.VARIANT);
    List<Field> output =
        List.of(
            new Field("pos", AtomicType.INT, outer),
            new Field("key", AtomicType.STRING, true),
            new Field("value", AtomicType.VARIANT, outer));
    return new Generating(
        call.name(),
        List.of(variant),
        output,
        outer,
        (columns, rows) -> explode((BytesColumn) columns.get(0).flatten(), rows, outer));
  }

  private static Generator.Generated explode(BytesColumn variants, int rows, boolean outer) {
    IntBuilder positions = (IntBuilder) ColumnBuilder.of(AtomicType.INT, rows);
    BytesBuilder keys = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
    BytesBuilder values = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, rows);
    int[] parents = new int[Math.max(16, rows)];
    int count = 0;
    for (int i = 0; i < rows; i++) {
      Variant variant = variants.isNull(i) ? null : Variant.of(variants, i);
      boolean object = variant != null && variant.kind() == Variant.Kind.OBJECT;
      boolean nested = object || variant != null && variant.kind() == Variant.Kind.ARRAY;
      int items = variant != null && nested ? variant.size() : 0;
      int made = items == 0 && outer ? 1 : items;
      if (count + made > parents.length) {
        parents = Arrays.copyOf(parents, Math.max(parents.length * 2, count + made));
      }
      Arrays.fill(parents, count, count + made, i);
      count += made;
      if (made > items) {
        positions.appendNull();
        keys.appendNull();
        values.appendNull();
      }
      for (int k = 0; k < items && variant != null; k++) {
        positions.append(k);
        if (object) {
          keys.append(variant.name(k));
        } else {
          keys.appendNull();
        }
        variant.item(k).appendTo(values);
      }
    }
    List<Column> columns = List.of(positions.build(), keys.build(), values.build());
    return new Generator.Generated(Arrays.copyOf(parents, count), columns, count);
  }
}
