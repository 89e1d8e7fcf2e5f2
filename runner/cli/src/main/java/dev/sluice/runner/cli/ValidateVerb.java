package dev.sluice.runner.cli;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.json.Json;
import dev.sluice.runner.pipeline.ConnectionReport;
import dev.sluice.runner.pipeline.LoadRequest;
import dev.sluice.runner.pipeline.Pipeline;
import dev.sluice.runner.pipeline.PipelineLoader;
import dev.sluice.runner.schema.Components;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code validate}: what is wrong with files, without touching anything outside; with {@code
 * --connect}, also what is wrong outside.
 */
final class ValidateVerb implements Verb {
  private static final Duration STANDARD_LIMIT = Duration.ofSeconds(15);
  private static final List<String> FORMATS = List.of("human", "json", "github", "sarif", "junit");

  @Override
  public String name() {
    return "validate";
  }

  @Override
  public String summary() {
    return "checks pipeline files: shape, columns, types, options, output mode";
  }

  @Override
  public Operands operands() {
    return Operands.many("FILE...");
  }

  @Override
  public List<Flag> flags() {
    return List.of(
        Flag.many("set", "NAME=VALUE", "gives a parameter its value"),
        Plugins.FLAG,
        Flag.choice("format", FORMATS, "how to tell (human); the last three are for build servers"),
        Flag.without("connect", "also looks whether all that a file names outside can be used"),
        Flag.of("connect-timeout", "TIME", "how long each of them may take (15s)"));
  }

  @Override
  public String notes() {
    return """
        Nothing outside is touched: no file, no server, no secret. Exit code 0 if all are valid, else 2.

        With --connect, for files that are valid: secrets are read, and every source, sink and
        checkpoint is looked at, all at once: files are listed and one is opened, topics, tables
        and columns are looked for, logins and permissions tried. No row is written, no table or
        topic made, no offset moved. Where only writing tells whether writing is allowed, as on
        S3, an empty object '.sluice-probe-ID' is put beside the output and deleted. A socket
        source's server sees a connection that ends at once; an HTTP sink's gets OPTIONS; an
        MQTT broker sees a client 'sluice-check-ID' that subscribes and leaves.
        Exit code 1 if a file is right but something outside cannot be used.""";
  }

  @Override
  public int run(Arguments arguments, Console console) throws Exception {
    Components components = Wiring.components();
    Map<String, String> set = arguments.parameters();
    String format = arguments.find("format").orElse("human");
    boolean json = format.equals("json");
    List<BuildReports.Checked> checked = new ArrayList<>();
    List<@Nullable Object> told = new ArrayList<>();
    boolean valid = true;
    boolean reached = true;
    boolean connect = arguments.has("connect");
    Duration limit = arguments.duration("connect-timeout").orElse(STANDARD_LIMIT);
    if (arguments.has("connect-timeout") && !connect) {
      throw new UsageException("'--connect-timeout' goes with '--connect'", "add '--connect'");
    }
    List<@Nullable Object> connections = new ArrayList<>();
    for (String file : arguments.operands()) {
      Problems problems = new Problems();
      LoadRequest request =
          new LoadRequest(
              console.directory().resolve(file),
              file,
              set,
              console.environment(),
              connect,
              Optional.empty(),
              Optional.empty(),
              Plugins.folders(arguments, console),
              console.secrets());
      Optional<Pipeline> pipeline = PipelineLoader.load(request, components, problems);
      Optional<ConnectionReport> report = Optional.empty();
      if (connect && pipeline.isPresent() && !problems.hasErrors()) {
        report = Optional.of(connect(pipeline.get(), request, limit));
        report.get().misfits().forEach(problems::add);
        reached &= report.get().problems().isEmpty();
      }
      valid &= !problems.hasErrors();
      if (json) {
        problems.all().forEach(problem -> told.add(json(problem, console)));
        report.ifPresent(r -> r.connections().forEach(one -> connections.add(json(one, console))));
      } else if (format.equals("human")) {
        human(file, pipeline, problems, report, console);
      }
      List<Problem> all = new ArrayList<>(problems.all());
      report.ifPresent(r -> all.addAll(r.problems()));
      checked.add(new BuildReports.Checked(file, all));
    }
    BuildReports reports = new BuildReports(console.secrets()::redact);
    switch (format) {
      case "github" -> console.out().print(reports.github(checked));
      case "sarif" -> console.out().print(reports.sarif(checked));
      case "junit" -> console.out().print(reports.junit(checked));
      default -> {}
    }
    if (json) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put("valid", valid);
      answer.put("problems", told);
      if (connect) {
        answer.put("connected", reached);
        answer.put("connections", connections);
      }
      console.out().println(Json.write(answer));
    }
    return !valid ? Main.WRONG : reached ? Main.DONE : Main.FAILED;
  }

  private static ConnectionReport connect(Pipeline pipeline, LoadRequest request, Duration limit)
      throws InterruptedException {
    Optional<String> checkpoint = pipeline.checkpointLocation().map(request::resolve);
    // Not closed: a client that hangs would keep the command from ending. They end with it.
    StoreRegistry files = Wiring.impatientFiles(pipeline.storeSettings());
    return pipeline.checkConnections(checkpoint, files, Clock.SYSTEM, limit);
  }

  private static void human(
      String file,
      Optional<Pipeline> pipeline,
      Problems problems,
      Optional<ConnectionReport> report,
      Console console) {
    for (Problem problem : problems.all()) {
      console.out().println(console.shown(problem.toString()));
    }
    pipeline
        .filter(p -> !problems.hasErrors() && report.isEmpty())
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
    report.ifPresent(r -> r.connections().forEach(one -> human(one, console)));
    int errors = problems.errorCount();
    int failed = report.map(r -> r.problems().size()).orElse(0);
    console
        .out()
        .println(
            console.shown(
                file
                    + (errors == 0
                        ? ": valid"
                        : errors == 1 ? ": 1 error" : ": " + errors + " errors")
                    + (failed == 0
                        ? ""
                        : ", but "
                            + failed
                            + (failed == 1 ? " connection problem" : " connection problems"))));
  }

  private static void human(ConnectionReport.Connection connection, Console console) {
    for (Problem problem : connection.problems()) {
      console.out().println(console.shown(problem.toString()));
    }
    if (connection.problems().isEmpty() && !connection.found().isEmpty()) {
      console
          .out()
          .println(
              console.shown(
                  connection.at()
                      + ": note: "
                      + connection.component()
                      + ": "
                      + connection.found()));
    }
  }

  private static Map<String, @Nullable Object> json(
      ConnectionReport.Connection connection, Console console) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("component", connection.component());
    map.put("file", connection.at().file());
    map.put("line", connection.at().line());
    map.put("column", connection.at().column());
    map.put("connected", connection.problems().isEmpty());
    map.put("found", console.secrets().redact(connection.found()));
    map.put(
        "problems", connection.problems().stream().map(problem -> json(problem, console)).toList());
    return map;
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
