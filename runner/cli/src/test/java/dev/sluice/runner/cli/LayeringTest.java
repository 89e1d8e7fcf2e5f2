package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
          "optimizer");

  @Test
  void lowerPackagesOfOperatorsDoNotKnowHigherOnes() throws IOException {
    List<String> offences = new ArrayList<>();
    for (String layer : OPERATOR_LAYERS) {
      List<String> allowed = OPERATOR_LAYERS.subList(0, OPERATOR_LAYERS.indexOf(layer) + 1);
      for (Import found : imports("operators/src/main/java/dev/sluice/operators/" + layer)) {
        if (found.name().startsWith(OPERATORS)) {
          String target = found.name().substring(OPERATORS.length()).split("\\.")[0];
          if (!allowed.contains(target)) {
            offences.add(found.toString());
          }
        }
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
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("import ")) {
          String name = line.replaceFirst("^import (static )?", "").replace(";", "");
          found.add(new Import(file.getFileName(), name));
        }
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
