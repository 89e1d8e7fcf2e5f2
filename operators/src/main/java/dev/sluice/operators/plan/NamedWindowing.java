package dev.sluice.operators.plan;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.function.Windowing;

/** A window function, the frame that it sees, and the name of its column. */
public record NamedWindowing(String name, Windowing function, WindowFrame frame) {
  public Field field() {
    return new Field(name, function.type(), function.nullable());
  }
}
