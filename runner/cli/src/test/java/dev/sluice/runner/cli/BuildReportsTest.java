package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** What {@code validate} tells build servers. */
class BuildReportsTest {
  private static final String VALID =
      """
      name: p
      source: {format: rate}
      sink: {format: console}
      """;
  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(folder.resolve("good.yaml"), VALID);
    Files.writeString(
        folder.resolve("warned.yaml"),
        """
        name: p
        sources:
          a: {format: rate}
          b: {format: rate}
        steps:
          - from: a
        sink: {format: console}
        """);
    Files.writeString(
        folder.resolve("bad, 100%.yaml"),
        """
        name: p
        source: {format: rate}
        steps:
          - where: valu < 1
        sink: {format: console}
        """);
  }

  private String told(int code, String format, String... files) {
    String[] words = new String[files.length + 3];
    System.arraycopy(new String[] {"validate", "--format", format}, 0, words, 0, 3);
    System.arraycopy(files, 0, words, 3, files.length);
    Command.Result result = Command.run(folder, words);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isEqualTo(code);
    return result.out();
  }

  @Test
  void annotatesThePlacesOnGitHub() {
    assertThat(told(Main.DONE, "github", "good.yaml")).isEmpty();
    assertThat(told(Main.WRONG, "github", "good.yaml", "warned.yaml", "bad, 100%.yaml").lines())
        .containsExactly(
            "::warning file=warned.yaml,line=4,col=15,title=unused-source::nothing reads the"
                + " source 'b'; leave it out, or read it with 'from: b'",
            "::error file=bad%2C 100%25.yaml,line=4,col=12,title=unknown-column::unknown column"
                + " 'valu'; did you mean 'value'?");
  }

  @Test
  void writesALogOfStaticAnalysis() {
    String log = told(Main.WRONG, "sarif", "good.yaml", "warned.yaml", "bad, 100%.yaml");
    assertThat(Json.parseObject(log).get("version")).isEqualTo("2.1.0");
    assertThat(log)
        .contains("\"rules\":[{\"id\":\"unused-source\"},{\"id\":\"unknown-column\"}]")
        .contains(
            "{\"ruleId\":\"unknown-column\",\"level\":\"error\",\"message\":{\"text\":\"unknown"
                + " column 'valu'; did you mean 'value'?\"},\"locations\":[{\"physicalLocation\":"
                + "{\"artifactLocation\":{\"uri\":\"bad%2C%20100%25.yaml\"},"
                + "\"region\":{\"startLine\":4,\"startColumn\":12}}}]}");
    assertThat(told(Main.DONE, "sarif", "good.yaml")).contains("\"results\":[]");
  }

  @Test
  void writesATestCaseForEachFile() throws Exception {
    String xml = told(Main.WRONG, "junit", "good.yaml", "warned.yaml", "bad, 100%.yaml");
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("tests")).isEqualTo("3");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(3);
    Element failure = (Element) suite.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message"))
        .isEqualTo("unknown column 'valu'; did you mean 'value'?");
    assertThat(failure.getTextContent()).startsWith("bad, 100%.yaml:4:12: error[unknown-column]");
    assertThat(suite.getElementsByTagName("system-out").item(0).getTextContent())
        .startsWith("warned.yaml:4:15: warning[unused-source]");
  }

  @Test
  void escapesWhatXmlHasOtherUsesFor() throws IOException {
    Files.writeString(folder.resolve("a.yaml"), VALID.replace("rate", "'<\"&\\u0007'"));
    assertThat(told(Main.WRONG, "junit", "a.yaml")).contains("'&lt;&quot;&amp;");
  }
}
