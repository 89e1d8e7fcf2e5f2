package dev.sluice.runner.cli;

import dev.sluice.operators.ddl.SqlSyntaxException;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.sql.FunctionRegistry;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code functions}: the SQL functions, as their code tells them. */
final class FunctionsVerb implements Verb {
  @Override
  public String name() {
    return "functions";
  }

  @Override
  public String summary() {
    return "lists the SQL functions, or explains one, or a family of them";
  }

  @Override
  public Operands operands() {
    return Operands.optional("[NAME]");
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        Plugins.FLAG,
        Flag.choice("format", List.of("human", "json", "markdown"), "how to tell (human)"));
  }

  @Override
  public String notes() {
    return "Types are those of the examples, which are run. Plug-ins of the folder 'plugins' here"
        + " count too.";
  }

  @Override
  public int run(Arguments arguments, Console console) {
    FunctionRegistry functions = Plugins.functions(arguments, console);
    Map<String, List<Function>> families = families(functions);
    FunctionPage page = new FunctionPage(functions);
    String format = arguments.find("format").orElse("human");
    if (arguments.operands().isEmpty()) {
      switch (format) {
        case "json" -> console.out().println(Json.write(json(families, page)));
        case "markdown" -> console.out().print(page.reference(families));
        default -> list(families, console.out());
      }
      return Main.DONE;
    }
    String name = arguments.operands().get(0);
    Optional<Function> function = functions.find(name);
    if (function.isPresent()) {
      switch (format) {
        case "json" -> console.out().println(Json.write(json(function.get(), page)));
        case "markdown" -> console.out().print(page.markdown(function.get()));
        default -> console.out().print(console.shownLines(page.human(function.get())));
      }
      return Main.DONE;
    }
    List<Function> family = families.get(name);
    if (family == null) {
      throw unknown(name, functions, families);
    }
    Map<String, List<Function>> one = Map.of(name, family);
    switch (format) {
      case "json" -> console.out().println(Json.write(json(one, page)));
      case "markdown" -> console.out().print(page.reference(one));
      default -> list(one, console.out());
    }
    return Main.DONE;
  }

  private static boolean isType(String name) {
    try {
      return name.chars().allMatch(Character::isLetterOrDigit)
          && TypeParser.parseSchema("x " + name).size() == 1;
    } catch (SqlSyntaxException e) {
      return false;
    }
  }

  private static UsageException unknown(
      String name, FunctionRegistry functions, Map<String, List<Function>> families) {
    if (isType(name)) {
      String cast = "CAST(x AS " + name.toUpperCase(Locale.ROOT) + ")";
      return new UsageException(
          "'" + name + "' is a type",
          TypeParser.ofCast(name.toLowerCase(Locale.ROOT)).isPresent()
              ? "called as a function it is a cast: " + name + "(x) is " + cast
              : "a value is made one by " + cast);
    }
    List<String> known = new ArrayList<>(functions.names());
    known.addAll(families.keySet());
    return new UsageException(
        "there is no function '" + name + "'",
        Names.nearest(name, known)
            .map(nearest -> "did you mean '" + nearest + "'?")
            .orElse("'runner functions' lists all there are"));
  }

  static Map<String, List<Function>> families(FunctionRegistry functions) {
    Map<String, List<Function>> families = new TreeMap<>();
    for (String name : functions.names()) {
      functions
          .find(name)
          .filter(f -> f.name().equalsIgnoreCase(name))
          .ifPresent(f -> families.computeIfAbsent(f.doc().group(), g -> new ArrayList<>()).add(f));
    }
    return families;
  }

  private static void list(Map<String, List<Function>> families, PrintStream out) {
    boolean first = true;
    for (Map.Entry<String, List<Function>> family : families.entrySet()) {
      out.println((first ? "" : "\n") + family.getKey());
      first = false;
      for (Function function : family.getValue()) {
        out.printf("  %-28s %s%n", function.name(), function.doc().description());
      }
    }
  }

  private static List<@Nullable Object> json(
      Map<String, List<Function>> families, FunctionPage page) {
    List<@Nullable Object> all = new ArrayList<>();
    families.values().forEach(family -> family.forEach(f -> all.add(json(f, page))));
    return all;
  }

  private static Map<String, @Nullable Object> json(Function function, FunctionPage page) {
    FunctionDoc doc = function.doc();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", function.name());
    map.put("kind", FunctionPage.kind(function));
    map.put("aliases", function.aliases());
    map.put("group", doc.group());
    map.put("usage", doc.usage());
    map.put("signatures", FunctionPage.signatures(doc));
    map.put("resultTypes", page.types(function));
    map.put("description", doc.description());
    List<@Nullable Object> examples = new ArrayList<>();
    for (FunctionDoc.Example example : doc.examples()) {
      examples.add(Map.of("sql", example.sql(), "result", example.result()));
    }
    map.put("examples", examples);
    return map;
  }
}
