package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Sources, sinks, receivers and writers from jars: the template of the documents, built and run.
 */
class ConnectorPluginsTest {
  private static final Path TEMPLATE =
      SharedData.repository().resolve("docs/templates/user-connector/src");

  @TempDir static Path built;
  private static Path classes;

  @TempDir Path folder;

  @BeforeAll
  static void build() throws IOException {
    classes = PluginProject.compile(built, TEMPLATE.resolve("main/java"), List.of());
    PluginProject.pack(
        built.resolve("plugins/connector.jar"), classes, TEMPLATE.resolve("main/resources"));
  }

  private Command.Result run(String verb, String pipeline, String... more) throws IOException {
    Files.writeString(folder.resolve("p.yaml"), pipeline);
    List<String> words = new ArrayList<>(List.of(verb, "p.yaml", "--plugins"));
    words.add(built.resolve("plugins").toString());
    words.addAll(List.of(more));
    return Command.run(folder, words.toArray(String[]::new));
  }

  private static final String LOG_TO_JOURNAL =
      """
      name: p
      source: {format: logfile, options: {path: app.log, maxLinesPerTrigger: 2}}
      steps:
        - where: line LIKE '%o%'
      trigger: availableNow
      sink: {format: journal, path: out}
      checkpointLocation: checkpoint
      """;

  @Test
  void aSourceAndASinkOfAPluginCarryAPipeline() throws IOException {
    Files.writeString(folder.resolve("app.log"), "one\ntwo\nthree\nfo");
    assertThat(run("run", LOG_TO_JOURNAL).err()).isEmpty();
    Files.writeString(folder.resolve("app.log"), "one\ntwo\nthree\nfour\n");
    assertThat(run("run", LOG_TO_JOURNAL).code()).isZero();
    assertThat(folder.resolve("out/0")).hasContent("one|0\ntwo|4\n");
    assertThat(folder.resolve("out/1")).hasContent("");
    assertThat(folder.resolve("out/2")).hasContent("four|14\n");
  }

  @Test
  void itsOptionsAreCheckedLikeAllOthers() throws IOException {
    String wrong =
        LOG_TO_JOURNAL
            .replace("maxLinesPerTrigger: 2", "maxLinesPerTriger: 2")
            .replace("{format: journal, path: out}", "{format: jurnal, path: out}");
    Command.Result result = run("validate", wrong);
    assertThat(result.code()).isEqualTo(Main.WRONG);
    assertThat(result.out())
        .contains("p.yaml:2:", "'maxLinesPerTriger'", "did you mean 'maxLinesPerTrigger'?")
        .contains("p.yaml:6:", "did you mean 'journal'?");
    assertThat(run("validate", LOG_TO_JOURNAL.replace("app.log", "logs/")).out())
        .contains("'path' is a folder");
    assertThat(run("validate", LOG_TO_JOURNAL.replace("Trigger: 2", "Trigger: 0")).code())
        .isEqualTo(Main.WRONG);
    assertThat(run("validate", LOG_TO_JOURNAL).code()).isZero();
  }

  @Test
  void editorsGetItsSchema() {
    String plugins = built.resolve("plugins").toString();
    assertThat(Command.run(folder, "schema", "--plugins", plugins).out())
        .contains("\"logfile\"", "source-logfile.schema.json");
    assertThat(Command.run(folder, "schema", "--plugins", plugins, "source-lines").out())
        .contains("\"maxRecordsPerTrigger\"", "\"port\"");
    assertThat(Command.run(folder, "schema", "--plugins", plugins, "sink-foreach").out())
        .contains("\"notes\"", "\"folder\"");
  }

  @Test
  void aFileFormatIsASinkASourceAndATableOfQueries() throws IOException {
    String numbers =
        """
        name: p
        source:
          format: inline
          options: {batches: '[[{"n": 4}, {"n": 2}], [{"n": 36}]]'}
          schema: {n: bigint}
        trigger: availableNow
        sink: {format: numbers, path: out}
        checkpointLocation: checkpoint
        """;
    assertThat(run("run", numbers).err()).isEmpty();
    String plugins = built.resolve("plugins").toString();
    String query = "SELECT count(*) AS n, sum(value) AS total FROM numbers.`out`";
    Command.Result result =
        Command.run(folder, "sql", "--plugins", plugins, "--format", "csv", query);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("n,total\n3,42\n");
    assertThat(Command.run(folder, "sql", query).err()).contains("numbers");
  }

  private static final String FOREACH =
      """
      name: p
      source:
        format: inline
        options: {batches: '[[{"a": 1}, {"a": 2}], [{"a": 3}]]'}
        schema: {a: int}
      trigger: availableNow
      sink: {format: foreach, options: {writer: notes, folder: notes, numPartitions: 2}}
      checkpointLocation: checkpoint
      """;

  @Test
  void rowsAreGivenToAWriterOneByOne() throws IOException {
    assertThat(run("run", FOREACH).err()).isEmpty();
    List<String> rows = new ArrayList<>();
    for (String name : List.of("0-0", "0-1", "1-0", "1-1")) {
      rows.addAll(Files.readAllLines(folder.resolve("notes").resolve(name)));
    }
    assertThat(rows).containsExactlyInAnyOrder("{a: 1}", "{a: 2}", "{a: 3}");
  }

  @Test
  void writersAreCheckedToo() throws IOException {
    assertThat(run("validate", FOREACH.replace("writer: notes", "writer: note")).out())
        .contains("p.yaml:7:", "did you mean 'notes'?");
    assertThat(run("validate", FOREACH.replace(" folder: notes,", "")).out())
        .contains("the writer 'notes' needs the option 'folder'");
    Files.writeString(folder.resolve("p.yaml"), FOREACH);
    assertThat(Command.run(folder, "validate", "p.yaml").out())
        .contains("'folder'")
        .contains("p.yaml:7:");
  }

  @Test
  void whatAWriterThrowsFailsTheBatch() throws IOException {
    Files.writeString(folder.resolve("notes"), "no folder");
    Command.Result result = run("run", FOREACH);
    assertThat(result.code()).isEqualTo(Main.FAILED);
    assertThat(result.err())
        .contains(
            "p.yaml:7:",
            "error[foreach-failed]",
            "the writer 'notes' failed in 'open' for batch 0, partition",
            "FileAlreadyExistsException")
        .doesNotContain("bug in Sluice");
  }

  @Test
  void itsExampleRuns() throws IOException {
    Path example = TEMPLATE.resolveSibling("example");
    for (String name : List.of("pipeline.yaml", "shop.log")) {
      Files.copy(example.resolve(name), folder.resolve(name));
    }
    // Where its README puts the jar.
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    Files.copy(built.resolve("plugins/connector.jar"), plugins.resolve("connector.jar"));
    for (int run = 0; run < 2; run++) {
      assertThat(Command.run(folder, "run", "pipeline.yaml"))
          .isEqualTo(new Command.Result(0, "", ""));
    }
    assertThat(PipelineFolder.snapshot(folder.resolve("output")))
        .isEqualTo(PipelineFolder.snapshot(example.resolve("expected")));
    Files.writeString(folder.resolve("shop.log"), "order 4 milk\n", StandardOpenOption.APPEND);
    assertThat(Command.run(folder, "run", "pipeline.yaml").code()).isZero();
    assertThat(folder.resolve("output/journal/2")).hasContent("4;milk\n");
    assertThat(folder.resolve("output/notes/2-0")).hasContent("{number: 4, item: milk}\n");
  }

  @Test
  void itsTestsPassTheSuites() throws Exception {
    Path tests = PluginProject.compile(built, TEMPLATE.resolve("test/java"), List.of(classes));
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    URL[] urls = {tests.toUri().toURL(), classes.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(
                      DiscoverySelectors.selectClass("com.example.sluice.LogFileSourceTest"),
                      DiscoverySelectors.selectClass("com.example.sluice.LinesSourceTest"),
                      DiscoverySelectors.selectClass("com.example.sluice.JournalSinkTest"),
                      DiscoverySelectors.selectClass("com.example.sluice.NumbersFormatTest"))
                  .build(),
              summary);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    assertThat(summary.getSummary().getFailures())
        .map(
            failure -> failure.getTestIdentifier().getDisplayName() + ": " + failure.getException())
        .isEmpty();
    assertThat(summary.getSummary().getTestsSucceededCount()).isGreaterThan(30);
  }

  /** A plug-in with one source type {@code my.S}, whose {@code open} has this body. */
  private Path broken(String open) throws IOException {
    Path sources = Files.createTempDirectory(folder, "sources");
    Files.writeString(
        sources.resolve("S.java"),
        """
        package my;
        import dev.sluice.connectors.*;
        import dev.sluice.operators.component.*;
        import dev.sluice.operators.data.*;
        import dev.sluice.operators.diagnostics.Problems;
        import java.util.*;
        public class S implements SourceType {
          public String name() { return "mine"; }
          public String summary() { return "Mine"; }
          public List<Option> options() { return List.of(); }
          public SchemaRule schemaRule() { return SchemaRule.OPTIONAL; }
          public Optional<Schema> schema(Options o, Optional<Schema> d, Problems p) {
            return Optional.of(Schema.of(new Field("a", AtomicType.INT)));
          }
          public Source open(Options o, Optional<Schema> d, SourceContext c) {
            %s
          }
        }
        """
            .formatted(open));
    Path resources = Files.createTempDirectory(folder, "resources");
    Path services = resources.resolve("META-INF/services");
    Files.createDirectories(services);
    Files.writeString(services.resolve("dev.sluice.connectors.SourceType"), "my.S\n");
    Path jar = folder.resolve("plugins/mine.jar");
    PluginProject.pack(jar, PluginProject.compile(folder, sources, List.of()), resources);
    return jar;
  }

  private static final String MINE =
      """
      name: p
      source: {format: mine}
      trigger: availableNow
      sink: {format: noop}
      """;

  @Test
  void whatAPluginThrowsIsItsFailureNotOurs() throws IOException {
    broken("throw new IllegalStateException(\"no luck\");");
    Command.Result result = run("run", MINE);
    assertThat(result.code()).isEqualTo(Main.FAILED);
    assertThat(result.err())
        .contains(
            "error[plugin-failed]: the plug-in 'mine.jar' failed with IllegalStateException: no"
                + " luck",
            "at my.S.open(S.java:16)")
        .doesNotContain("bug in Sluice", "dev.sluice.");
  }

  @Test
  void aNameThatIsTakenIsToldWithItsJar() throws IOException {
    Path jar = folder.resolve("plugins/again.jar");
    PluginProject.pack(jar, classes, TEMPLATE.resolve("main/resources"));
    assertThat(run("validate", LOG_TO_JOURNAL).out())
        .contains("connector.jar: error[broken-plugin]", "there is a sink 'journal' already");
  }
}
