package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.operators.component.Durations;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.Locations;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Files of one format as a sink, with Spark's log of committed files. */
final class FileSinkType implements SinkType, ConnectionCheck {
  private final FileFormat format;

  FileSinkType(FileFormat format) {
    this.format = format;
  }

  @Override
  public String name() {
    return format.name();
  }

  @Override
  public String summary() {
    return format.summary();
  }

  @Override
  public List<Option> options() {
    List<Option> all = new ArrayList<>();
    all.add(Option.text("path", "The folder to write into").mandatory());
    all.add(
        Option.duration(
            "retention",
            "Files older than this leave the log when it is compacted; kept if unset"));
    all.add(
        Option.integer("maxRecordsPerFile", "At most so many rows a file; 0 sets no limit")
            .orElse("0")
            .atLeast(0));
    for (Option option : format.writeOptions()) {
      all.removeIf(common -> common.name().equalsIgnoreCase(option.name()));
      all.add(option);
    }
    return List.copyOf(all);
  }

  @Override
  public List<String> passThroughPrefixes() {
    return format.writePassThroughPrefixes();
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.APPEND);
  }

  @Override
  public boolean supportsPartitionBy() {
    return true;
  }

  @Override
  public void check(Schema schema, List<String> partitionBy, Options options, Problems problems) {
    for (String name : partitionBy) {
      List<Integer> index = schema.indexesOf(name);
      if (index.isEmpty()) {
        problems.error(
            "unknown-column",
            options.at(),
            "partitionBy names '" + name + "', which is not a column",
            Names.suggestion(name, schema.names()));
      } else if (!isPartitionable(schema.field(index.get(0)).type())) {
        problems.error(
            "unsupported-type",
            options.at(),
            "the partition column '"
                + name
                + "' has the type "
                + schema.field(index.get(0)).type().sql(),
            "partition by a text, a number, a date or a time");
      }
    }
    Set<String> seen = new HashSet<>();
    for (Field field : schema.fields()) {
      if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
        problems.error(
            "duplicate-column",
            options.at(),
            "two columns are named '" + field.name() + "'",
            "rename one with AS");
      }
    }
    int[] data = FileSink.dataColumns(schema, partitionBy);
    if (data.length == 0 && !partitionBy.isEmpty() && !format.canWriteNoColumns()) {
      problems.error(
          "all-partition-columns",
          options.at(),
          "every column is a partition column, so '" + name() + "' files would have none",
          "leave one out of partitionBy");
    }
    format.checkWrite(schema.select(data), options, problems);
    for (int index : data) {
      Field field = schema.field(index);
      if (!format.canWrite(field.type())) {
        problems.error(
            "unsupported-type",
            options.at(),
            "'"
                + name()
                + "' files cannot hold column '"
                + field.name()
                + "' of type "
                + field.type().sql(),
            "cast it, or choose another format");
      }
    }
  }

  private static boolean isPartitionable(DataType type) {
    return type instanceof DecimalType
        || type instanceof AtomicType atomic
            && atomic != AtomicType.CALENDAR_INTERVAL
            && atomic != AtomicType.VARIANT
            && atomic != AtomicType.NULL;
  }

  /** What is named by its place could not be looked at before. */
  private void requireWritable(Schema data, Options options) {
    Problems problems = new Problems();
    format.checkWrite(data, options, problems);
    if (problems.hasErrors()) {
      Problem first = problems.all().get(0);
      throw new PipelineException(
          first.code(), first.fact() + first.remedy().map(remedy -> "; " + remedy).orElse(""));
    }
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options given,
      SinkContext context) {
    Options options = FileTable.resolved(format, given, context.files(), context.baseDirectory());
    String location = Locations.resolve(options.text("path"), context.baseDirectory());
    int[] data = FileSink.dataColumns(schema, partitionBy);
    requireWritable(schema.select(data), options);
    FileFormat.Writer writer = format.writer(schema.select(data), options, context.session());
    long retention = options.find("retention").map(Durations::millis).orElse(Long.MAX_VALUE);
    return new FileSink(
        location,
        writer,
        new FileSink.Layout(
            schema, partitionBy, options.number("maxRecordsPerFile"), context.session()),
        retention,
        context);
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + request.location("path") + "'";
  }

  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    String location = request.location("path");
    try {
      request.files().of(location).requireWritable(location);
    } catch (IOException e) {
      problems.error(
          "file-unwritable",
          request.options().at("path"),
          "nothing can be written to '" + location + "': " + FileErrors.reason(e),
          "correct 'path', or let this user write there");
    }
    return new Connected("'" + location + "' can be written");
  }
}
