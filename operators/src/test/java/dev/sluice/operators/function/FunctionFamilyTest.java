package dev.sluice.operators.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A name that is listed and misspelt where it is declared must not become another function. */
class FunctionFamilyTest {
  /** In smaller ones the second name stands for all that is not the first. */
  private static final int MANY = 3;

  static Stream<FunctionFamily> families() {
    return ServiceLoader.load(FunctionFamily.class).stream().map(ServiceLoader.Provider::get);
  }

  static Stream<FunctionFamily> large() {
    return families().filter(family -> family.names().size() > MANY);
  }

  @ParameterizedTest
  @MethodSource("families")
  void givesUnderEachNameTheFunctionCalledSo(FunctionFamily family) {
    for (String name : family.names()) {
      Function function = family.function(name);
      assertThat(Stream.concat(Stream.of(function.name()), function.aliases().stream()))
          .as(name)
          .contains(name);
    }
  }

  @ParameterizedTest
  @MethodSource("large")
  void hasNoFunctionOfAnotherName(FunctionFamily family) {
    assertThatThrownBy(() -> family.function("no_function_is_called_so"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no_function_is_called_so");
  }
}
