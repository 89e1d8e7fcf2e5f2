package dev.sluice.runner.cli;

import dev.sluice.runner.schema.PipelineSchema;
import dev.sluice.runner.schema.SchemaText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code schema}: the JSON Schema of the pipeline file. */
final class SchemaVerb implements Verb {
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
    return List.of(Flag.of("write", "DIR", "writes all schema files into a directory"));
  }

  @Override
  public String notes() {
    return "NAME is a component, such as source-csv, sink-console, step-select.";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    Map<String, Map<String, Object>> files = PipelineSchema.files(Wiring.components());
    Optional<String> directory = arguments.find("write");
    if (directory.isPresent()) {
      Path target = console.directory().resolve(directory.get());
      Files.createDirectories(target);
      try (var old = Files.list(target)) {
        for (Path file : old.filter(f -> f.toString().endsWith(".schema.json")).toList()) {
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
            : arguments.operands().get(0) + ".schema.json";
    Map<String, Object> schema = files.get(name);
    if (schema == null) {
      throw new UsageException(
          "there is no component '" + arguments.operands().get(0) + "'",
          dev.sluice.operators.diagnostics.Names.suggestion(
              arguments.operands().get(0),
              files.keySet().stream().map(f -> f.replace(".schema.json", "")).toList()));
    }
    console.out().print(SchemaText.print(schema));
    return Main.DONE;
  }
}
