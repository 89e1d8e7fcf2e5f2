package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The directions of dependency between packages, which the module graph alone cannot hold. */
class LayeringTest {
  private static final String OPERATORS = "dev.sluice.operators.";

  /**
   * Packages of operators from the bottom up: each may import only from those before it, and
   * itself.
   */
  private static final List<String> OPERATOR_LAYERS =
      List.of(
          "diagnostics",
          "json",
          "io",
          "component",
          "data",
          "time",
          "variant",
          "expression",
          "codec",
          "function",
          "plan",
          "state",
          "keyed",
          "spill",
          "optimizer",
          "ddl",
          "operator",
          "sql.syntax",
          "sql.parser",
          "sql",
          "step");

  /** What makes plans, and what runs them: neither knows the other. */
  private static final List<String> PLANNING = List.of("sql", "step");

  private static final List<String> RUNNING = List.of("keyed", "spill", "optimizer", "operator");

  @Test
  void eachPackageOfOperatorsKnowsThoseBelowItOnly() throws IOException {
    List<String> offences = new ArrayList<>();
    Set<String> met = new TreeSet<>();
    for (Path file : sources("operators/src/main")) {
      String own = layer(packageOf(file));
      met.add(own);
      for (Import found : importsOf(file)) {
        if (found.name().startsWith(OPERATORS)) {
          String other = layer(found.name().substring(OPERATORS.length()));
          boolean planning = PLANNING.contains(top(own)) && RUNNING.contains(other);
          if (planning || OPERATOR_LAYERS.indexOf(other) > OPERATOR_LAYERS.indexOf(own)) {
            offences.add(own + " knows " + other + ": " + found);
          }
        }
      }
    }
    assertThat(offences).isEmpty();
    assertThat(met).containsExactlyInAnyOrderElementsOf(OPERATOR_LAYERS);
  }

  /** The longest name in the list that a package, or a type in it, begins with. */
  private static String layer(String name) {
    return OPERATOR_LAYERS.stream()
        .filter(layer -> (name + ".").startsWith(layer + "."))
        .max(Comparator.comparingInt(String::length))
        .orElse(top(name));
  }

  private static String top(String name) {
    return name.split("\\.")[0];
  }

  private static String packageOf(Path file) {
    String path = file.getParent().toString().replace(File.separatorChar, '.');
    return path.substring(path.lastIndexOf(OPERATORS) + OPERATORS.length());
  }

  @Test
  void connectorsKnowNeitherStagesNorSql() throws IOException {
    Pattern inner =
        Pattern.compile(
            "dev\\.sluice\\.operators\\.(operator|keyed|spill|optimizer|step|sql)\\..*");
    List<Import> offences = new ArrayList<>();
    for (Path file : sources("connectors")) {
      if (file.toString().contains("/src/main/")) {
        importsOf(file).stream()
            .filter(i -> inner.matcher(i.name()).matches())
            .forEach(offences::add);
      }
    }
    assertThat(offences).isEmpty();
  }

  @Test
  void loopKnowsNoTechnologyAndNoOperator() throws IOException {
    Pattern technology = Pattern.compile("dev\\.sluice\\.connectors\\.[a-z].*");
    Pattern inner =
        Pattern.compile("dev\\.sluice\\.operators\\.(function|sql|step|state|codec)\\..*");
    List<Import> offences =
        imports("runner/core/src/main/java/dev/sluice/runner/loop").stream()
            .filter(
                i -> technology.matcher(i.name()).matches() || inner.matcher(i.name()).matches())
            .toList();
    assertThat(offences).isEmpty();
  }

  @Test
  void onlyTheCommandHasAMain() throws IOException {
    List<Path> mains = new ArrayList<>();
    for (String module :
        List.of("operators", "collations", "connectors", "runner/core", "runner/cli")) {
      for (Path file : sources(module)) {
        if (file.toString().contains("/src/main/")
            && Files.readString(file).contains("public static void main(")) {
          mains.add(file.getFileName());
        }
      }
    }
    assertThat(mains).containsExactly(Path.of("Main.java"));
  }

  private record Import(Path file, String name) {}

  private static List<Import> imports(String folder) throws IOException {
    List<Import> found = new ArrayList<>();
    for (Path file : sources(folder)) {
      found.addAll(importsOf(file));
    }
    return found;
  }

  private static List<Import> importsOf(Path file) throws IOException {
    List<Import> found = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("import ")) {
        String name = line.replaceFirst("^import (static )?", "").replace(";", "");
        found.add(new Import(file.getFileName(), name));
      }
    }
    return found;
  }

  private static List<Path> sources(String folder) throws IOException {
    Path root = SharedData.repository().resolve(folder);
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(f -> f.toString().endsWith(".java")).toList();
    }
  }
}
