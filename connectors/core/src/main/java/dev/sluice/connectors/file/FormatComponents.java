package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** All sources and sinks there are: those found as services, and one of each for every format. */
public final class FormatComponents {
  private FormatComponents() {}

  /** Source types by name; those of file formats are named after the format. */
  public static Registry<SourceType> sources() {
    List<SourceType> found = new ArrayList<>();
    ServiceLoader.load(SourceType.class, SourceType.class.getClassLoader()).forEach(found::add);
    for (FileFormat format : formats().all()) {
      found.add(source(format));
    }
    return new Registry<>(found);
  }

  /** Sink types by name; those of file formats are named after the format. */
  public static Registry<SinkType> sinks() {
    List<SinkType> found = new ArrayList<>();
    ServiceLoader.load(SinkType.class, SinkType.class.getClassLoader()).forEach(found::add);
    for (FileFormat format : formats().all()) {
      found.add(sink(format));
    }
    return new Registry<>(found);
  }

  public static Registry<FileFormat> formats() {
    return Registry.load(FileFormat.class);
  }

  /** Files of this format as a source. */
  public static SourceType source(FileFormat format) {
    return new FileSourceType(format);
  }

  /** Files of this format as a sink. */
  public static SinkType sink(FileFormat format) {
    return new FileSinkType(format);
  }
}
