package dev.sluice.operators.function.collection;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapBuilder;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.function.FunctionCall;

/**
 * Builds maps; a null key or a key that is there twice is an error, as Spark's default policy has
 * it.
 */
final class MapOutput {
  private final MapBuilder maps;
  private final ValueSet keys;

  public MapOutput(MapType type, int rows) {
    maps = (MapBuilder) ColumnBuilder.of(type, rows);
    keys = new ValueSet(ValueOrder.of(type.key()));
  }

  /** Adds an entry to the current map; {@code row} is the row of the batch, for errors. */
  public void put(Column keyColumn, int key, Column valueColumn, int value, int row) {
    if (keyColumn.isNull(key)) {
      throw new EvaluationException("NULL_MAP_KEY", "a map cannot have the key null", row);
    }
    if (!keys.add(keyColumn, key)) {
      throw new EvaluationException(
          "DUPLICATED_MAP_KEY", "the map key " + keyColumn.value(key) + " is there twice", row);
    }
    maps.keys().appendFrom(keyColumn, key);
    maps.values().appendFrom(valueColumn, value);
  }

  public void end() {
    maps.endMap();
    keys.clear();
  }

  public void endNull() {
    maps.appendNull();
    keys.clear();
  }

  public MapColumn build() {
    return maps.build();
  }

  /**
   * Fails while the call is bound if the type cannot be the key of a map: a map or a variant, or
   * what holds one.
   */
  static void requireKey(FunctionCall call, DataType key) {
    if (key.any(type -> type instanceof MapType || type == AtomicType.VARIANT)) {
      throw invalidKey(call, key);
    }
  }

  private static AnalysisException invalidKey(FunctionCall call, DataType key) {
    return call.error(
        "DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE",
        -1,
        "the key of a map cannot be of the type " + key.sql(),
        null);
  }
}
