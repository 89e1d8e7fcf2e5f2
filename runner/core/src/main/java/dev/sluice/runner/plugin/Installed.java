package dev.sluice.runner.plugin;

import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.runner.schema.Components;

/** What pipelines can name: components and functions. */
public record Installed(Components components, FunctionRegistry functions) {
  /** What Sluice itself has. */
  public static Installed load() {
    return new Installed(Components.load(), FunctionRegistry.installed());
  }
}
