package dev.sluice.operators.function.variant;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import dev.sluice.operators.function.sketch.Sketch;
import dev.sluice.operators.function.sketch.SketchAggregation;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code schema_of_variant_agg}: what the variants of a group have in common. */
public final class VariantSchemaFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("schema_of_variant_agg");
  }

  @Override
  public Function function(String name) {
    return NamedAggregate.of(
        name,
        FunctionDoc.of(
            "variant_funcs",
            "schema_of_variant_agg(v)",
            "The type that all VARIANT values of the group have in common.",
            example("schema_of_variant_agg(parse_json('{\"a\":1}'))", "OBJECT<a: BIGINT>")),
        VariantSchemaFunctions::bind);
  }

  private static Aggregation bind(FunctionCall call) {
    call.requireCount(1, 1);
    Expression variant = call.exactly(0, AtomicType.VARIANT);
    return new SketchAggregation<>(
        call.name(),
        List.of(variant),
        List.of(variant.sql()),
        AtomicType.STRING,
        false,
        Merged::new,
        (merged, out) -> {
          VariantSchema schema = merged == null ? VariantSchema.NONE : merged.schema;
          ((BytesBuilder) out).append(schema.sql());
        });
  }

  /** The schema of the values so far. */
  private static final class Merged implements Sketch {
    private VariantSchema schema = VariantSchema.NONE;

    @Override
    public void add(List<FlatColumn> arguments, int row) {
      schema = schema.with(VariantSchema.of(Variant.of((BytesColumn) arguments.get(0), row)));
    }

    @Override
    public void merge(byte[] state) {
      schema = schema.with(VariantSchema.read(new String(state, StandardCharsets.UTF_8)));
    }

    @Override
    public byte[] write() {
      return schema.write().getBytes(StandardCharsets.UTF_8);
    }
  }
}
