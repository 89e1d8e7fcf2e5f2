package dev.sluice.runner.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.runner.cli.Main;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is given away: the folder that {@code mvn package} has just made of the command. */
class DistributionTest {
  private static final long MEGABYTE = 1_000_000;

  /** What each start has on its class path. */
  private static final long CORE = 40 * MEGABYTE;

  private static final long ALL = 250 * MEGABYTE;

  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)]*)?\\)");

  private Path root;

  /** Without packaging, tests see the command's classes, and a folder of any age. */
  @BeforeEach
  void findIt() throws URISyntaxException {
    Path command = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assumeTrue(Files.isRegularFile(command), "the distribution is only made by 'mvn package'");
    root = command.resolveSibling("dist");
  }

  private List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(root.resolve(folder))) {
      return all.filter(file -> Files.isRegularFile(file) && file.toString().endsWith(ending))
          .toList();
    }
  }

  /** Megabytes of the jars below lib by folder; those in lib itself under "". */
  private TreeMap<String, Double> weights() throws IOException {
    TreeMap<String, Double> weights = new TreeMap<>();
    for (Path file : files("lib", "")) {
      String folder = root.resolve("lib").relativize(file.getParent()).toString();
      weights.merge(folder, (double) Files.size(file) / MEGABYTE, Double::sum);
    }
    return weights;
  }

  @Test
  void itIsNotTooHeavy() throws IOException {
    TreeMap<String, Double> weights = weights();
    System.out.println("the distribution by folder of lib, in MB: " + weights);
    assertThat(weights.get("") * MEGABYTE)
        .as("what each start has on its class path: %s", weights)
        .isBetween(5.0 * MEGABYTE, (double) CORE);
    long all = 0;
    for (String part : List.of("bin", "contracts", "docs", "lib", "pipelines", "schemas")) {
      for (Path file : files(part, "")) {
        all += Files.size(file);
      }
    }
    System.out.println("all of it, in MB: " + (double) all / MEGABYTE);
    assertThat(all).as("with all connectors: %s", weights).isLessThan(ALL);
  }

  @Test
  void noLibraryIsThereTwice() throws IOException {
    TreeMap<String, List<String>> folders = new TreeMap<>();
    for (Path jar : files("lib", ".jar")) {
      folders
          .computeIfAbsent(jar.getFileName().toString(), name -> new ArrayList<>())
          .add(root.relativize(jar.getParent()).toString());
    }
    folders.values().removeIf(places -> places.size() == 1);
    assertThat(folders).isEmpty();
  }

  /** Of a library that two connectors share only one version is there, or both would be. */
  @Test
  void noLibraryIsThereInTwoVersions() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path jar : files("lib", ".jar")) {
      names.add(jar.getFileName().toString().replaceFirst("-[0-9].*", ""));
    }
    // Of AWS and of JetBrains: nothing but their names is the same.
    names.removeIf("annotations"::equals);
    names.removeIf(name -> Collections.frequency(names, name) == 1);
    assertThat(names).isEmpty();
  }

  @Test
  void linksOfItsDocumentsLeadSomewhere() throws IOException {
    List<Path> documents = new ArrayList<>(files("docs", ".md"));
    documents.addAll(files("pipelines", ".md"));
    documents.add(root.resolve("README.md"));
    documents.add(root.resolve("CONTRIBUTING.md"));
    assertThat(documents).hasSizeGreaterThan(50);
    List<String> dead = new ArrayList<>();
    for (Path document : documents) {
      Matcher links = LINK.matcher(Files.readString(document));
      while (links.find()) {
        String link = links.group(1);
        if (!link.contains("://") && !Files.exists(document.resolveSibling(link))) {
          dead.add(root.relativize(document) + ": " + link);
        }
      }
    }
    assertThat(dead).isEmpty();
  }
}
