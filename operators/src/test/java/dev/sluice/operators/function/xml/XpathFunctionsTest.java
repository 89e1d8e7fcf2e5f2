package dev.sluice.operators.function.xml;

import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.show;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.expression.EvaluationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XpathFunctionsTest {
  @Test
  void elementsHaveNoValueOfTheirOwnAndNoTextGivesZero() {
    assertThat(show("xpath('<a><b>1</b></a>', 'a/b')")).isEqualTo("[null]");
    assertThat(show("xpath_int('<a/>', 'a/b')")).isEqualTo("0");
    assertThat(eval("xpath_int('', 'a')")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x \"xx\"><!ENTITY y \"&x;&x;\">]><a>&y;</a>",
        "<a>"
      })
  void entitiesAndBrokenTextsAreRefused(String xml) {
    assertThatThrownBy(() -> eval("xpath_string('" + xml + "', 'a')"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("no XML");
  }

  @Test
  void badPathsAreRefused() {
    assertThatThrownBy(() -> eval("xpath_string('<a/>', '!#')")).hasMessageContaining("no XPath");
  }
}
