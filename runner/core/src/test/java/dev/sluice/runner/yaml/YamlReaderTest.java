package dev.sluice.runner.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Node.Text.Kind;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
  private static Node read(String text) {
    Problems problems = new Problems();
    Node node = YamlReader.read("f", text.getBytes(UTF_8), problems).orElseThrow();
    assertThat(problems.all()).isEmpty();
    return node;
  }

  private static Node.Text scalar(String text) {
    return (Node.Text) ((Node.Mapping) read(text)).get("k").orElseThrow();
  }

  private static List<String> problems(String text) {
    return problems(text.getBytes(UTF_8));
  }

  private static List<String> problems(byte[] bytes) {
    Problems problems = new Problems();
    YamlReader.read("f", bytes, problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "no, STRING", "on, STRING", "yes, STRING", "1e3, NUMBER", "012, INTEGER", "0x1F, INTEGER",
    "0o17, INTEGER", "0b1, STRING", "1_000, STRING", "1:30, STRING", "+12, INTEGER", "-1.5, NUMBER",
    ".5, NUMBER", "1., NUMBER", "., STRING", "., STRING", "-, STRING", ".inf, NUMBER",
    "-.INF, NUMBER", ".nan, NUMBER", "~, NULL", "Null, NULL", "nULL, STRING", "TRUE, BOOLEAN",
    "2024-01-01, STRING", "1e, STRING", "0x, STRING"
  })
  void typesPlainScalarsByTheCoreSchema(String text, Kind kind) {
    assertThat(CoreSchema.kindOf(text)).isEqualTo(kind);
  }

  @Test
  void takesQuotedScalarsAsText() {
    assertThat(scalar("k: '1'").kind()).isEqualTo(Kind.STRING);
    assertThat(scalar("k: \"true\"").kind()).isEqualTo(Kind.STRING);
    assertThat(scalar("k: !!str 1").kind()).isEqualTo(Kind.STRING);
    assertThat(scalar("k:").kind()).isEqualTo(Kind.NULL);
  }

  /** The scalar's value is searched for X; the place must be where X stands in the file. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "k: a X b",
        "k: 'it''s X'",
        "k: \"a\\tb\\u0041\\x41 X\"",
        "k: \"\\U0001F600 X\"",
        "k: 😀 X",
        "k: 'a\n  b\n\n  c X'",
        "k: \"a \\\n   b X\"",
        "k: a\n  b\n\n\n  X c",
        "k: |\n  a\n  b X\n",
        "k: |\n\n\n  a\n   b X\n",
        "k: |-\n  a\n\n  X",
        "k: |+\n  a X\n\n\nl: 1",
        "k: >\n  a\n  b\n  X c\n",
        "k: >-\n  a\n\n  b\n    more\n    X\n  c\n",
        "k: |2\n    a\n   X\n",
        "k: | # a comment\n  X",
        "k: >\r\n  a\r\n  X\r\n"
      })
  void placesEachCharacterOfAScalar(String text) {
    Node.Text scalar = scalar(text);
    int offset = scalar.value().indexOf('X');
    assertThat(offset).isGreaterThanOrEqualTo(0);
    String before = text.substring(0, text.indexOf('X'));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int column = (int) before.substring(before.lastIndexOf('\n') + 1).codePoints().count() + 1;
    assertThat(scalar.at(offset).toString()).isEqualTo("f:" + line + ":" + column);
  }

  @Test
  void placesEachCharacterOfRandomBlocks() {
    Random random = new Random(7);
    String[] pieces = {"a", " ", "\n", "b c", "\n\n", "  ", "\t", "#", ": "};
    int found = 0;
    for (int round = 0; round < 2000; round++) {
      StringBuilder body = new StringBuilder("x");
      for (int i = 0; i < 12; i++) {
        body.append(pieces[random.nextInt(pieces.length)]);
      }
      body.append("X");
      String style = random.nextBoolean() ? "|" : ">";
      String text = "k: " + style + "\n  " + body.toString().replace("\n", "\n  ") + "\n";
      Problems problems = new Problems();
      if (YamlReader.read("f", text.getBytes(UTF_8), problems).isEmpty()) {
        continue;
      }
      Node.Text scalar = scalar(text);
      String before = text.substring(0, text.indexOf('X'));
      int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
      assertThat(scalar.at(scalar.value().indexOf('X')).line()).as(text).isEqualTo(line);
      assertThat(scalar.at(scalar.value().indexOf('X')).column())
          .as(text)
          .isEqualTo(before.length() - before.lastIndexOf('\n'));
      found++;
    }
    assertThat(found).isGreaterThan(1000);
  }

  @Test
  void skipsAByteOrderMark() {
    assertThat(scalar("\uFEFFk: 1").at().toString()).isEqualTo("f:1:4");
  }

  @Test
  void expandsAliases() {
    Node.Mapping root = (Node.Mapping) read("a: &x [1, 2]\nb: *x");
    assertThat(root.get("b")).isEqualTo(root.get("a"));
  }

  @Test
  void refusesWhatCouldDoHarm() {
    assertThat(problems("k: !!java.lang.String x").get(0)).startsWith("f:1:4: error[yaml-tag]");
    assertThat(problems("a: &a [*a]").get(0)).startsWith("f:1:8: error[yaml-alias]");
    assertThat(problems("[".repeat(100_000)).get(0)).startsWith("f:1:66: error[nested-too-deep]");
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String item = "*a" + (i - 1);
      bomb.append("a" + i + ": &a" + i + " [" + (item + ", ").repeat(9) + item + "]\n");
    }
    assertThat(problems(bomb.toString()).get(0)).contains("error[file-too-large]");
  }

  @Test
  void refusesWhatIsNoSingleTextFile() {
    assertThat(problems("")).hasSize(1).first().asString().contains("error[empty-file]");
    assertThat(problems("# nothing\n")).first().asString().contains("error[empty-file]");
    assertThat(problems("a: 1\n---\nb: 2\n"))
        .first()
        .asString()
        .startsWith("f:2:1: error[several-documents]");
    assertThat(problems(new byte[] {(byte) 0xC3, 0x28})).first().asString().contains("not-utf-8");
    byte[] large = new byte[YamlReader.MAX_BYTES + 1];
    Arrays.fill(large, (byte) 'a');
    assertThat(problems(large)).first().asString().contains("error[file-too-large]");
  }

  @Test
  void neverFailsOnAnyText() {
    Random random = new Random(11);
    String alphabet = "ab:- \n\t'\"[]{},#&*!|>%@`\\?0~\u0007\u00e9";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(24);
      for (int i = 0; i < length; i++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Problems problems = new Problems();
      boolean read = YamlReader.read("f", text.toString().getBytes(UTF_8), problems).isPresent();
      assertThat(read || problems.hasErrors()).as(text.toString()).isTrue();
    }
  }
}
