package dev.sluice.operators.step;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.KeyTypes;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * {@code dropDuplicates: {columns, withinWatermark}}: Spark's {@code dropDuplicates} and {@code
 * dropDuplicatesWithinWatermark}. Without columns, all of them count.
 */
public final class DropDuplicatesStep implements StepType {
  @Override
  public String name() {
    return "dropDuplicates";
  }

  @Override
  public String summary() {
    return "keeps the first row of each key, over the whole stream";
  }

  @Override
  public Map<String, Object> valueSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(
        "columns",
        StepSchemas.listOf(
            StepSchemas.text("the name of a column"),
            "what duplicates have in common; default: all columns"));
    properties.put(
        "withinWatermark",
        Map.of(
            "type",
            "boolean",
            "default",
            false,
            "description",
            "true to forget a key when the watermark has passed its first row by the delay"));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("description", "which rows are duplicates");
    schema.put("properties", properties);
    schema.put("additionalProperties", false);
    return schema;
  }

  @Override
  public boolean keepsColumns() {
    return true;
  }

  @Override
  public Rel plan(StepContext context) {
    Rel input = context.input();
    if (!(context.value() instanceof Node.Mapping value)) {
      return input;
    }
    Schema schema = input.schema().visible();
    TreeSet<Integer> keys = new TreeSet<>();
    for (Node.Text name : value.get("columns").map(StepValues::texts).orElse(List.of())) {
      keys.addAll(StepValues.columns(schema, name, context.problems()));
    }
    List<Integer> columns =
        value.get("columns").isPresent()
            ? new ArrayList<>(keys)
            : IntStream.range(0, schema.size()).boxed().toList();
    boolean within = value.get("withinWatermark").filter(StepValues::isTrue).isPresent();
    if (within && Rel.streams(input) && EventTime.columns(input).isEmpty()) {
      context
          .problems()
          .error(
              "unsupported-operation",
              context.origin().at(),
              "dropDuplicatesWithinWatermark is not supported on streaming DataFrames/DataSets"
                  + " without watermark",
              "put a 'watermark' step before it");
      return input;
    }
    if (within && !Rel.streams(input)) {
      context
          .problems()
          .error(
              "unsupported-operation",
              context.origin().at(),
              "dropDuplicatesWithinWatermark is not supported with batch DataFrames/DataSets",
              "leave 'withinWatermark' out");
      return input;
    }
    if (!within) {
      SourcePosition at = value.get("columns").map(Node::at).orElse(context.origin().at());
      for (int column : columns) {
        Field field = schema.field(column);
        KeyTypes.rows(field.name(), field.type())
            .ifPresent(r -> context.problems().add(r.at(at, "list 'columns' without it")));
      }
    }
    return new Rel.Deduplicate(input, columns, within, context.origin());
  }
}
