package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.json.Json;
import dev.sluice.runner.pipeline.LoadRequest;
import dev.sluice.runner.pipeline.Pipeline;
import dev.sluice.runner.pipeline.PipelineLoader;
import dev.sluice.runner.schema.Components;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code validate}: what is wrong with files, without touching anything outside. */
final class ValidateVerb implements Verb {
  @Override
  public String name() {
    return "validate";
  }

  @Override
  public String summary() {
    return "checks pipeline files: shape, columns, types, options, output mode";
  }

  @Override
  public String operands() {
    return "FILE...";
  }

  @Override
  public int leastOperands() {
    return 1;
  }

  @Override
  public int mostOperands() {
    return Integer.MAX_VALUE;
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        Flag.many("set", "NAME=VALUE", "gives a parameter its value"),
        Plugins.FLAG,
        Flag.choice("format", List.of("human", "json"), "how to tell (human)"));
  }

  @Override
  public String notes() {
    return "Nothing outside is touched: no file, no server, no secret. Exit code 0 if all are valid, else 2.";
  }

  @Override
  public int run(Arguments arguments, Console console) {
    Components components = Wiring.components();
    Map<String, String> set = RunVerb.parameters(arguments);
    boolean json = arguments.find("format").orElse("human").equals("json");
    List<@Nullable Object> told = new ArrayList<>();
    boolean valid = true;
    for (String file : arguments.operands()) {
      Problems problems = new Problems();
      LoadRequest request =
          new LoadRequest(
              console.directory().resolve(file),
              file,
              set,
              console.environment(),
              false,
              Optional.empty(),
              Optional.empty(),
              Plugins.folders(arguments, console),
              console.secrets());
      Optional<Pipeline> pipeline = PipelineLoader.load(request, components, problems);
      valid &= !problems.hasErrors();
      if (json) {
        problems.all().forEach(problem -> told.add(json(problem, console)));
      } else {
        human(file, pipeline, problems, console);
      }
    }
    if (json) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put("valid", valid);
      answer.put("problems", told);
      console.out().println(Json.write(answer));
    }
    return valid ? Main.DONE : Main.WRONG;
  }

  private static void human(
      String file, Optional<Pipeline> pipeline, Problems problems, Console console) {
    for (Problem problem : problems.all()) {
      console.out().println(console.shown(problem.toString()));
    }
    pipeline
        .filter(p -> !problems.hasErrors())
        .ifPresent(
            p ->
                p.unchecked()
                    .forEach(
                        (source, at) ->
                            console
                                .out()
                                .println(
                                    console.shown(
                                        at
                                            + ": note: the columns of source '"
                                            + source
                                            + "' are known only when it runs; the steps that read it"
                                            + " are not checked"))));
    int errors = problems.errorCount();
    console
        .out()
        .println(
            console.shown(
                file
                    + (errors == 0
                        ? ": valid"
                        : errors == 1 ? ": 1 error" : ": " + errors + " errors")));
  }

  private static Map<String, @Nullable Object> json(Problem problem, Console console) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("file", problem.at().file());
    map.put("line", problem.at().line());
    map.put("column", problem.at().column());
    map.put("severity", problem.severity().toString());
    map.put("code", problem.code());
    problem.condition().ifPresent(condition -> map.put("condition", condition));
    map.put("fact", console.secrets().redact(problem.fact()));
    map.put("remedy", problem.remedy().map(console.secrets()::redact).orElse(null));
    return map;
  }
}
