package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What the documents show is right. */
class DocumentsTest {
  private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\n(.*?)^```");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(#[^)]*)?\\)");

  @TempDir Path folder;

  private static Map<Path, String> documents() throws IOException {
    Path root = SharedData.repository();
    List<Path> pages = new ArrayList<>(List.of(root.resolve("README.md")));
    pages.add(root.resolve("CONTRIBUTING.md"));
    try (Stream<Path> all = Files.walk(root.resolve("docs"))) {
      all.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
    }
    Map<Path, String> documents = new TreeMap<>();
    for (Path page : pages) {
      documents.put(page, Files.readString(page));
    }
    return documents;
  }

  @Test
  void wholePipelinesInThemAreValid() throws IOException {
    List<String> wrong = new ArrayList<>();
    int found = 0;
    for (Map.Entry<Path, String> page : documents().entrySet()) {
      Matcher block = YAML.matcher(page.getValue());
      while (block.find()) {
        boolean whole = block.group(1).startsWith("name:") && block.group(1).contains("\nsource");
        if (whole) {
          found++;
          Files.writeString(folder.resolve("p.yaml"), block.group(1));
          Command.Result result = Command.run(folder, "validate", "p.yaml");
          if (result.code() != Main.DONE) {
            wrong.add(page.getKey() + ": " + result.out() + result.err());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(found).isPositive();
  }

  @Test
  void linksBetweenThemLeadSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    documents()
        .forEach(
            (page, text) -> {
              Matcher link = LINK.matcher(text.replaceAll("(?s)`[^`]*`", ""));
              while (link.find()) {
                Path parent = page.getParent();
                if (parent != null && !Files.exists(parent.resolve(link.group(1)))) {
                  dead.add(page + ": " + link.group(1));
                }
              }
            });
    assertThat(dead).isEmpty();
  }

  @Test
  void eachLibraryHasItsReason() throws Exception {
    Path root = SharedData.repository();
    String reasons = Files.readString(root.resolve("docs/decisions/0006-dependencies.md"));
    Set<String> named = new TreeSet<>();
    for (Path pom : poms(root)) {
      Element project =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(pom.toFile())
              .getDocumentElement();
      for (Element dependencies : children(project, "dependencies")) {
        for (Element dependency : children(dependencies, "dependency")) {
          if (!text(dependency, "groupId").equals("dev.sluice")) {
            named.add(text(dependency, "artifactId"));
          }
        }
      }
    }
    assertThat(named).contains("parquet-hadoop", "kafka-clients");
    assertThat(named)
        .allSatisfy(
            artifact ->
                assertThat(reasons)
                    .containsPattern(
                        "`(" + artifact + "|" + artifact.replaceFirst("^netty", "") + ")`"));
  }

  private static List<Path> poms(Path root) throws IOException {
    List<Path> poms = new ArrayList<>(List.of(root.resolve("pom.xml")));
    for (String aggregate : List.of("operators", "collations", "connectors", "runner")) {
      try (Stream<Path> files = Files.walk(root.resolve(aggregate), 2)) {
        files.filter(file -> file.endsWith("pom.xml")).forEach(poms::add);
      }
    }
    return poms;
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        children.add(element);
      }
    }
    return children;
  }

  private static String text(Element parent, String name) {
    return children(parent, name).get(0).getTextContent();
  }
}
