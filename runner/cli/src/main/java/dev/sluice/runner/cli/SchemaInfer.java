package dev.sluice.runner.cli;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.bytes.Compression;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.AnalysisException;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Locations;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.SelectPlanner;
import dev.sluice.runner.sql.FileTables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code schema infer}: looks into files, and prints the {@code schema:} to put into a pipeline.
 */
final class SchemaInfer implements Verb {
  private static final Set<String> YAML_WORDS =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  @Override
  public String name() {
    return "schema infer";
  }

  @Override
  public String summary() {
    return "prints the 'schema:' of the files at a path, ready for a pipeline";
  }

  @Override
  public Operands operands() {
    return Operands.one("PATH");
  }

  @Override
  public List<Flag> flags() {
    return StoreFlags.and(
        Flag.of("format", "NAME", "what the files are (told by their names)"),
        Flag.many("option", "NAME=VALUE", "an option of that source, such as header=true"));
  }

  @Override
  public String notes() {
    return """
    PATH is a file, a folder or a pattern; columns of folders such as day=2026-01-01 count too.
      runner schema infer "orders/*.csv.gz" --option header=true
    Types are those that Spark infers.\
    """;
  }

  @Override
  public int run(Arguments arguments, Console console) {
    Registry<FileFormat> formats = Plugins.named(arguments, console).formats().get();
    String path = arguments.operands().get(0);
    try (StoreRegistry files = StoreFlags.files(arguments, console)) {
      FileFormat format = format(arguments, path, formats, files, console);
      FileTables tables =
          new FileTables(
              files,
              console.directory().toString(),
              Session.DEFAULT,
              Runtime.getRuntime().availableProcessors(),
              SelectPlanner.Tables.NONE,
              () -> formats);
      Rel rel =
          tables
              .files(
                  new SelectPlanner.Files(
                      format.name(), Node.Text.of(path), options(arguments, format)))
              .orElseThrow();
      console.out().print(yaml(rel.schema().visible()));
      return Main.DONE;
    } catch (AnalysisException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e.remedy());
    }
  }

  private static FileFormat format(
      Arguments arguments,
      String path,
      Registry<FileFormat> formats,
      StoreRegistry files,
      Console console) {
    Optional<String> given = arguments.find("format");
    if (given.isPresent()) {
      return formats
          .find(given.get())
          .orElseThrow(
              () ->
                  new UsageException(
                      "there is no format '" + given.get() + "'", formats.suggestion(given.get())));
    }
    String location = Locations.resolve(path, console.directory().toString());
    FileStore store = files.of(location);
    // A folder may be called 'log', whatever is in it.
    return (isFolder(store, location)
            ? byContent(store, location, formats).or(() -> byName(path, formats))
            : byName(path, formats))
        .orElseThrow(
            () ->
                new UsageException(
                    "the name '" + path + "' does not tell what the files are",
                    "say it with --format: " + String.join(", ", formats.names())));
  }

  private static boolean isFolder(FileStore store, String location) {
    try {
      return store.status(location).filter(FileStatus::directory).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /** By the end of a file's name, below that of its compression. */
  private static Optional<FileFormat> byName(String name, Registry<FileFormat> formats) {
    String bare = name;
    Compression compression = Compression.ofFile(name);
    if (compression != Compression.NONE) {
      bare = name.substring(0, name.length() - compression.extension().length());
    }
    String end = bare.substring(bare.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return formats.find(
        switch (end) {
          case "txt", "log" -> "text";
          case "jsonl", "ndjson" -> "json";
          default -> end;
        });
  }

  /** By the first file in a folder, or in the folders below it. */
  private static Optional<FileFormat> byContent(
      FileStore store, String folder, Registry<FileFormat> formats) {
    try {
      List<FileStatus> folders = new ArrayList<>();
      for (FileStatus file : store.list(folder)) {
        if (file.name().startsWith("_") || file.name().startsWith(".")) {
          continue;
        }
        if (file.directory()) {
          folders.add(file);
        } else {
          return byName(file.name(), formats);
        }
      }
      for (FileStatus inner : folders) {
        Optional<FileFormat> found = byContent(store, inner.location(), formats);
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<Node.Entry> options(Arguments arguments, FileFormat format) {
    List<Node.Entry> options = new ArrayList<>();
    boolean inferring = false;
    for (String pair : arguments.all("option")) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new UsageException(
            "'--option' needs a name and a value", "write --option NAME=VALUE");
      }
      String name = pair.substring(0, equals);
      inferring |= name.equalsIgnoreCase("inferSchema");
      options.add(new Node.Entry(Node.Text.of(name), Node.Text.of(pair.substring(equals + 1))));
    }
    boolean asked = format.options().stream().map(Option::name).anyMatch("inferSchema"::equals);
    if (asked && !inferring) {
      options.add(new Node.Entry(Node.Text.of("inferSchema"), Node.Text.of("true")));
    }
    return options;
  }

  private static String yaml(Schema schema) {
    StringBuilder out = new StringBuilder("schema:\n");
    for (Field field : schema.fields()) {
      String sql = field.type().sql();
      out.append("  ").append(key(field.name())).append(": ");
      out.append(field.type() instanceof AtomicType ? sql.toLowerCase(Locale.ROOT) : quoted(sql));
      out.append('\n');
    }
    return out.toString();
  }

  private static String quoted(String type) {
    return type.contains(":") || type.contains("`") ? Json.write(type) : type;
  }

  private static String key(String name) {
    boolean plain =
        name.matches("[A-Za-z_][A-Za-z0-9_]*")
            && !YAML_WORDS.contains(name.toLowerCase(Locale.ROOT));
    return plain ? name : Json.write(name);
  }
}
