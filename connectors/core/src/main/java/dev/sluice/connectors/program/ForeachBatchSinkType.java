package dev.sluice.connectors.program;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.plan.OutputMode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code foreachBatch}: starts a program for each batch, whose rows it gets. */
public final class ForeachBatchSinkType implements SinkType, ConnectionCheck {
  private static final List<Option> OPTIONS =
      List.of(
          Option.list("command", "The program and its arguments; no shell reads them").mandatory(),
          Option.choice(
                  "rowFormat",
                  List.of("json", "csv", "parquet"),
                  "How rows are written: json and csv come on standard input too")
              .orElse("json"),
          Option.duration(
              "timeout", "How long a program may take for a batch; no limit unless given"));

  @Override
  public String name() {
    return "foreachBatch";
  }

  /** A program may be corrected between runs. */
  @Override
  public boolean tellsPlace(Option option) {
    return false;
  }

  @Override
  public String summary() {
    return "Starts a program for each batch, which gets its rows";
  }

  @Override
  public List<Option> options() {
    return OPTIONS;
  }

  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.values());
  }

  static List<String> command(Options options) {
    return Json.parse(options.text("command")) instanceof List<?> words
        ? words.stream().map(String::valueOf).toList()
        : List.of();
  }

  @Override
  public void check(Options options, Problems problems) {
    if (command(options).isEmpty() || command(options).get(0).isBlank()) {
      problems.error(
          "invalid-option-value",
          options.at("command"),
          "'command' names no program",
          "write command: [program, argument]");
    }
  }

  private static FileFormat format(Options options) {
    return FormatComponents.formats()
        .find(options.text("rowFormat").toLowerCase(Locale.ROOT))
        .orElseThrow(() -> new IllegalStateException("the format is not installed"));
  }

  @Override
  public void check(Schema schema, List<String> partitionBy, Options options, Problems problems) {
    FileFormat format = format(options);
    for (Field field : schema.fields()) {
      if (!format.canWrite(field.type())) {
        problems.error(
            "unsupported-type",
            options.at("rowFormat"),
            "the column '"
                + field.name()
                + "' of the type "
                + field.type().sql().toLowerCase(Locale.ROOT)
                + " cannot be written as "
                + format.name(),
            "use rowFormat: json, or make it a text");
      }
    }
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    FileFormat format = format(options);
    Options written = Options.of(format.writeOptions(), Map.of("compression", "none"));
    return new ForeachBatchSink(
        command(options),
        format.writer(schema, written, context.session()),
        format.isText(),
        options.find("timeout").map(given -> options.millis("timeout")).orElse(Long.MAX_VALUE),
        mode,
        context);
  }

  /** Looks for the program where it would be started from; does not start it. */
  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    String program = command(request.options()).get(0);
    Optional<Path> found = find(program, Path.of(request.baseDirectory()));
    if (found.isEmpty()) {
      problems.error(
          "program-not-found",
          request.options().at("command"),
          "there is no program '" + program + "' that may be started",
          "give its path from the folder of the pipeline file, or put it on the PATH, and make it"
              + " executable (chmod +x)");
    }
    return new Connected(found.map(path -> "the program '" + path + "'").orElse(""));
  }

  private static Optional<Path> find(String program, Path base) {
    List<Path> places = new ArrayList<>();
    if (program.contains("/")) {
      places.add(base.resolve(program).normalize());
    } else {
      for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
        places.add(base.resolve(folder).resolve(program));
      }
    }
    return places.stream()
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .findFirst();
  }
}
