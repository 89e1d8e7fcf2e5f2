package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.Names;
import dev.sluice.runner.schema.Components;
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
    return "prints what the pipeline file, or one component, may say: JSON Schema for editors, or a page";
  }

  @Override
  public Operands operands() {
    return Operands.optional("[NAME]");
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        Plugins.FLAG,
        Flag.choice("format", List.of("json", "markdown"), "JSON Schema, or a page to read (json)"),
        Flag.of("write", "DIR", "writes all schema files into a directory"));
  }

  @Override
  public List<Verb> actions() {
    return List.of(new SchemaInfer());
  }

  @Override
  public String notes() {
    return "NAME is a component, such as source-csv, sink-console, step-select, or just select.";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    Components components = Plugins.all(arguments, console).components();
    Map<String, Map<String, Object>> files = PipelineSchema.files(components);
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
    boolean whole = arguments.operands().isEmpty();
    String name = whole ? PipelineSchema.MAIN : file(arguments.operands().get(0), files.keySet());
    if (arguments.find("format").orElse("json").equals("markdown")) {
      ComponentPage pages = new ComponentPage(components, files);
      console.out().print(whole ? pages.reference() : pages.page(component(name)));
    } else {
      console.out().print(SchemaText.print(Objects.requireNonNull(files.get(name))));
    }
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
    return files.stream().map(SchemaVerb::component).toList();
  }

  private static String component(String file) {
    return file.substring(0, file.length() - SUFFIX.length());
  }
}
