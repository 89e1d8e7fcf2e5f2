package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-in jars: the template of the documents, and broken ones. */
class PluginsTest {
  private static final Path TEMPLATE =
      SharedData.repository().resolve("docs/templates/user-function/src/main");
  private static final String SERVICE =
      "META-INF/services/dev.sluice.operators.function.ScalarFunction";

  @TempDir Path folder;

  /** Compiles Java files and packs them with resources into a jar. */
  private void jar(String name, Path sources, Path resources) throws IOException {
    Path classes = PluginProject.compile(folder, sources, List.of());
    PluginProject.pack(folder.resolve(name), classes, resources);
  }

  private void template(String name) throws IOException {
    jar(name, TEMPLATE.resolve("java"), TEMPLATE.resolve("resources"));
  }

  /** A plug-in of one class {@code my.F}, whose {@code apply} has this body. */
  private void plugin(String jar, String function, String body) throws IOException {
    Path sources = Files.createTempDirectory(folder, "sources");
    Files.writeString(
        sources.resolve("F.java"),
        """
        package my;
        import dev.sluice.operators.data.*;
        import dev.sluice.operators.function.*;
        import java.util.List;
        public class F extends ColumnFunction {
          public F() {
            super("%s", List.of(AtomicType.INT), AtomicType.INT, FunctionDoc.of("own", "f(n)", "F."));
          }
          @Override protected Column apply(List<FlatColumn> arguments, int rows) {
            %s
          }
        }
        """
            .formatted(function, body));
    Path resources = Files.createTempDirectory(folder, "resources");
    Files.createDirectories(resources.resolve(SERVICE).getParent());
    Files.writeString(resources.resolve(SERVICE), "my.F\n");
    jar(jar, sources, resources);
  }

  private static final String PIPELINE =
      """
      name: p
      source:
        format: inline
        options: {batches: '[[{"a": 1}, {"a": 2}, {"a": 3}]]'}
        schema: {a: int}
      steps:
        - %s
      trigger: availableNow
      sink: {format: console, outputMode: complete}
      """;

  private Command.Result run(String step, String... words) throws IOException {
    Files.createDirectories(folder.resolve("p"));
    Files.writeString(folder.resolve("p/p.yaml"), PIPELINE.formatted(step));
    List<String> all = new ArrayList<>(List.of("run", "p/p.yaml"));
    all.addAll(List.of(words));
    return Command.run(folder, all.toArray(String[]::new));
  }

  @Test
  void theExampleOfTheTemplateRuns() throws IOException {
    Files.copy(TEMPLATE.resolve("../../example/pipeline.yaml"), folder.resolve("pipeline.yaml"));
    template("plugins/own.jar");
    Command.Result result = Command.run(folder, "run", "pipeline.yaml");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("|FRA-JFK|6188|", "|FRA-MUC| 299|");
  }

  @Test
  void theTemplateRunsInAPipelineBesideItsFolder() throws IOException {
    template("p/plugins/geo.jar");
    Command.Result result =
        run(
            "groupBy: {agg: {p: product_of(a), d: 'round(max(haversine_km(a, 0, 0, 0)))', n:"
                + " 'product_of(nullif(a, a))'}}");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("|6.0|334.0|NULL|");
  }

  @Test
  void otherFoldersCanBeNamed() throws IOException {
    template("mine/geo.jar");
    assertThat(run("groupBy: {agg: {p: product_of(a)}}").err()).contains("error[unknown-function]");
    assertThat(run("groupBy: {agg: {p: product_of(a)}}", "--plugins", "mine").code()).isZero();
    assertThat(
            Command.run(
                    folder,
                    "sql",
                    "--plugins",
                    "mine",
                    "--format",
                    "csv",
                    "SELECT product_of(x) AS p FROM VALUES (2), (4) AS t(x)")
                .out())
        .isEqualTo("p\n8.0\n");
    Command.Result page = Command.run(folder, "functions", "--plugins", "mine", "haversine_km");
    assertThat(page.out())
        .contains(
            "haversine_km(lat1, lon1, lat2, lon2)", "gives:  DOUBLE", "family: geo", "-> 877.5");
    assertThat(run("limit: 1", "--plugins", "nix").err())
        .contains("'--plugins': there is no folder 'nix'");
  }

  @Test
  void aBrokenJarIsNamed() throws IOException {
    Files.createDirectories(folder.resolve("p/plugins"));
    Files.writeString(folder.resolve("p/plugins/bad.jar"), "no jar");
    Command.Result result = run("limit: 1");
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.err()).contains("p/plugins/bad.jar: error[broken-plugin]", "no readable jar");
  }

  @Test
  void aClassThatIsNotThereAndANameThatIsTakenAreTold() throws IOException {
    Path resources = Files.createTempDirectory(folder, "resources");
    Files.createDirectories(resources.resolve(SERVICE).getParent());
    Files.writeString(resources.resolve(SERVICE), "my.Missing\n");
    jar("p/plugins/empty.jar", TEMPLATE.resolve("java"), resources);
    plugin("p/plugins/upper.jar", "upper", "return arguments.get(0);");
    assertThat(run("limit: 1").err())
        .contains("p/plugins/empty.jar: error[broken-plugin]", "my.Missing")
        .contains(
            "p/plugins/upper.jar: error[broken-plugin]", "there is a function 'upper' already");
  }

  @Test
  void whatAPluginThrowsIsItsFailureAndNamesTheRow() throws IOException {
    plugin(
        "p/plugins/f.jar",
        "third",
        "for (int i = 0; i < rows; i++) { if (((IntColumn) arguments.get(0)).get(i) == 3)"
            + " throw new IllegalStateException(\"three\"); } return arguments.get(0);");
    Command.Result result = run("groupBy: {agg: {m: max(third(a))}}");
    assertThat(result.code()).isEqualTo(Main.FAILED);
    assertThat(result.err())
        .contains(
            "error[FAILED_EXECUTE_UDF]: the function 'third' of the plug-in 'f.jar' failed with"
                + " IllegalStateException: three",
            "row:  a: 3")
        .doesNotContain("\tat ");
  }

  @Test
  void aResultOfTheWrongLengthIsAFailureToo() throws IOException {
    plugin("p/plugins/f.jar", "short_one", "return arguments.get(0).gather(new int[0], 0);");
    assertThat(run("groupBy: {agg: {m: max(short_one(a))}}").err())
        .contains("error[FAILED_EXECUTE_UDF]", "it gave 0 rows of INT");
  }
}
