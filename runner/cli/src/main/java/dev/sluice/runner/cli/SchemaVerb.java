package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.Names;
import dev.sluice.runner.schema.PipelineSchema;
import dev.sluice.runner.schema.SchemaText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** {@code schema}: the JSON Schema of the pipeline file. */
final class SchemaVerb implements Verb {
  private static final String SUFFIX = ".schema.json";

  @Override
  public String name() {
    return "schema";
  }

  @Override
  public String summary() {
    return "prints the JSON Schema of the pipeline file, or of one component, for editors";
  }

  @Override
  public String operands() {
    return "[NAME]";
  }

  @Override
  public int leastOperands() {
    return 0;
  }

  @Override
  public int mostOperands() {
    return 1;
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        Plugins.FLAG, Flag.of("write", "DIR", "writes all schema files into a directory"));
  }

  @Override
  public String notes() {
    return "NAME is a component, such as source-csv, sink-console, step-select, or just select.";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    Map<String, Map<String, Object>> files =
        PipelineSchema.files(Plugins.all(arguments, console).components());
    Optional<String> directory = arguments.find("write");
    if (directory.isPresent()) {
      Path target = console.directory().resolve(directory.get());
      Files.createDirectories(target);
      try (var old = Files.list(target)) {
        for (Path file : old.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
          Files.delete(file);
        }
      }
      for (Map.Entry<String, Map<String, Object>> file : files.entrySet()) {
        Files.writeString(target.resolve(file.getKey()), SchemaText.print(file.getValue()));
      }
      return Main.DONE;
    }
    String name =
        arguments.operands().isEmpty()
            ? PipelineSchema.MAIN
            : file(arguments.operands().get(0), files.keySet());
    console.out().print(SchemaText.print(Objects.requireNonNull(files.get(name))));
    return Main.DONE;
  }

  /** The file of a component, which may be named without what it is: {@code join}. */
  private static String file(String name, Set<String> files) {
    String wanted = name.toLowerCase(Locale.ROOT) + SUFFIX;
    if (files.contains(wanted)) {
      return wanted;
    }
    List<String> kinds = files.stream().filter(f -> f.endsWith("-" + wanted)).sorted().toList();
    if (kinds.size() == 1) {
      return kinds.get(0);
    }
    if (!kinds.isEmpty()) {
      throw new UsageException(
          "'" + name + "' is more than one component",
          "say " + String.join(" or ", components(kinds)));
    }
    throw new UsageException(
        "there is no component '" + name + "'", Names.suggestion(name, components(files)));
  }

  private static List<String> components(Collection<String> files) {
    return files.stream().map(f -> f.substring(0, f.length() - SUFFIX.length())).toList();
  }
}
