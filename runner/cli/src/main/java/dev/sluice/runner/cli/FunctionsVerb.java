package dev.sluice.runner.cli;

import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.sql.FunctionRegistry;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    return "lists the SQL functions, or explains one";
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
    return List.of(Flag.choice("format", List.of("human", "json"), "how to tell (human)"));
  }

  @Override
  public int run(Arguments arguments, Console console) {
    FunctionRegistry functions = FunctionRegistry.load();
    boolean json = arguments.find("format").orElse("human").equals("json");
    if (!arguments.operands().isEmpty()) {
      String name = arguments.operands().get(0);
      Function function =
          functions
              .find(name)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "there is no function '" + name + "'", functions.suggestion(name)));
      if (json) {
        console.out().println(Json.write(json(function)));
      } else {
        explain(function, console.out());
      }
      return Main.DONE;
    }
    Map<String, List<Function>> groups = new TreeMap<>();
    for (String name : functions.names()) {
      functions
          .find(name)
          .filter(f -> f.name().equalsIgnoreCase(name))
          .ifPresent(f -> groups.computeIfAbsent(f.doc().group(), g -> new ArrayList<>()).add(f));
    }
    if (json) {
      List<@Nullable Object> all = new ArrayList<>();
      groups.values().forEach(group -> group.forEach(f -> all.add(json(f))));
      console.out().println(Json.write(all));
    } else {
      list(groups, console.out());
    }
    return Main.DONE;
  }

  private static void list(Map<String, List<Function>> groups, PrintStream out) {
    boolean first = true;
    for (Map.Entry<String, List<Function>> group : groups.entrySet()) {
      out.println((first ? "" : "\n") + group.getKey());
      first = false;
      for (Function function : group.getValue()) {
        out.printf("  %-28s %s%n", function.name(), function.doc().description());
      }
    }
  }

  private static void explain(Function function, PrintStream out) {
    FunctionDoc doc = function.doc();
    out.println(doc.usage());
    out.println("  " + doc.description());
    if (!function.aliases().isEmpty()) {
      out.println("  also: " + String.join(", ", function.aliases()));
    }
    for (FunctionDoc.Example example : doc.examples()) {
      out.println();
      out.println("  SELECT " + example.sql());
      example.result().lines().forEach(line -> out.println("  -> " + line));
    }
  }

  private static Map<String, @Nullable Object> json(Function function) {
    FunctionDoc doc = function.doc();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", function.name());
    map.put("aliases", function.aliases());
    map.put("group", doc.group());
    map.put("usage", doc.usage());
    map.put("description", doc.description());
    List<@Nullable Object> examples = new ArrayList<>();
    for (FunctionDoc.Example example : doc.examples()) {
      examples.add(Map.of("sql", example.sql(), "result", example.result()));
    }
    map.put("examples", examples);
    return map;
  }
}
