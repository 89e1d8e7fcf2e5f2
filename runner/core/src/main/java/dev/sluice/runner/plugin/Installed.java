package dev.sluice.runner.plugin;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.runner.schema.Components;
import java.util.ArrayList;
import java.util.List;

/**
 * What pipelines can name: components and functions.
 *
 * @param moreFormats file formats of plug-ins, which are sources and sinks of {@code components} as
 *     well
 */
public record Installed(
    Components components, FunctionRegistry functions, List<FileFormat> moreFormats) {
  public Installed {
    moreFormats = List.copyOf(moreFormats);
  }

  /** Without file formats beside Sluice's own. */
  public Installed(Components components, FunctionRegistry functions) {
    this(components, functions, List.of());
  }

  /** What Sluice itself has. */
  public static Installed load() {
    return new Installed(Components.load(), FunctionRegistry.installed());
  }

  /** All file formats. */
  public Registry<FileFormat> formats() {
    List<FileFormat> all = new ArrayList<>(FormatComponents.formats().all());
    all.addAll(moreFormats);
    return new Registry<>(all);
  }
}
