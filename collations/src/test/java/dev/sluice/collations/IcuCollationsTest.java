package dev.sluice.collations;

import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Collation;
import dev.sluice.operators.data.Collations;
import dev.sluice.operators.data.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class IcuCollationsTest {
  @ParameterizedTest
  @CsvSource({
    "unicode,a < A",
    "en_ci,a = A",
    "en_ai,a = å",
    "en_ci_ai,a = Å",
    "tr_ci,I = ı",
    "de,Kypper > Köpfe",
    "sv,Kypper < Köpfe",
    "unicode_rtrim,'a = a  '"
  })
  void comparesAsTheLanguageDoes(String collation, String comparison) {
    String[] parts = comparison.replace("'", "").split(" ", 3);
    String sql = "'%s' collate %s %s '%s'".formatted(parts[0], collation, parts[1], parts[2]);
    assertThat(eval(sql)).isEqualTo(true);
  }

  @ParameterizedTest
  @CsvSource({
    "unicode_ci,UNICODE_CI",
    "EN_as_CI,en_CI",
    "en_ai_ci_rtrim,en_CI_AI_RTRIM",
    "sr_cyrl_srb,sr_Cyrl_SRB",
    "system.builtin.De_Cs_As,de"
  })
  void namesAreWrittenInAnyCaseAndOrder(String written, String canonical) {
    assertThat(type("'a' collate " + written)).isEqualTo("string collate " + canonical);
  }

  @Test
  void noSearchTellsCasesApartButNotAccents() {
    assertThat(problems("contains('a' collate unicode_ai, 'b')", Schema.EMPTY))
        .singleElement()
        .asString()
        .doesNotContain("collation-invalid-name");
    assertThat(problems("trim('a' collate unicode_ai)", Schema.EMPTY)).hasSize(1);
    assertThat(eval("contains('a' collate unicode_ci_ai, 'A')")).isEqualTo(true);
  }

  @Test
  void tellsTheNearestName() {
    assertThat(problems("'a' collate unicode_cii", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("error[collation-invalid-name]")
        .contains("did you mean 'UNICODE_CI'?");
    assertThat(problems("'a' collate de_CI_CI", Schema.EMPTY)).hasSize(1);
  }

  @Test
  void keysAreInTheOrderOfTheStrings() {
    Collation collation = Collations.of(new CollatedType("de_CI"));
    Random random = new Random(7);
    List<String> letters = List.of("a", "A", "ä", "b", "ß", "ss", "Z", " ", "-", "\uD83D\uDE00");
    for (int i = 0; i < 2000; i++) {
      byte[] a = text(random, letters);
      byte[] b = text(random, letters);
      int byKey =
          Arrays.compareUnsigned(collation.key(a, 0, a.length), collation.key(b, 0, b.length));
      assertThat(Integer.signum(collation.compare(a, 0, a.length, b, 0, b.length)))
          .isEqualTo(Integer.signum(byKey));
    }
  }

  private static byte[] text(Random random, List<String> letters) {
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      out.append(letters.get(random.nextInt(letters.size())));
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void searchesAsItCompares() {
    assertThat(eval("contains('xÅy' collate unicode_ci_ai, 'a')")).isEqualTo(true);
    assertThat(eval("contains('xÅy' collate unicode, 'a')")).isEqualTo(false);
    assertThat(eval("endswith('abÅ' collate unicode_ci_ai, 'BA')")).isEqualTo(true);
    assertThat(eval("instr('xyÅ' collate unicode_ci_ai, 'A')")).isEqualTo(3);
    assertThat(show("replace('aXAx' collate unicode_ci, 'x', '-')")).isEqualTo("a-A-");
    assertThat(problems("'a' collate unicode like 'A'", Schema.EMPTY)).hasSize(1);
  }
}
