package dev.sluice.operators.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.testing.SqlTesting;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the reference says of a function is what it does. */
class FunctionExamplesTest {
  static Stream<Arguments> scalarExamples() {
    return functions()
        .filter(ScalarFunction.class::isInstance)
        .flatMap(
            function ->
                function.doc().examples().stream()
                    .map(example -> Arguments.of(example.sql(), example.result())));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("scalarExamples")
  void exampleGivesItsResult(String sql, String result) {
    assertThat(SqlTesting.show(sql)).isEqualTo(result);
  }

  static Stream<Arguments> queryExamples() {
    return functions()
        .filter(f -> f instanceof AggregateFunction || f instanceof WindowFunction)
        .flatMap(
            function ->
                function.doc().examples().stream()
                    .map(example -> Arguments.of(example.sql(), example.result())));
  }

  @ParameterizedTest(name = "SELECT {0} = {1}")
  @MethodSource("queryExamples")
  void exampleOfGroupsGivesItsResult(String sql, String result) {
    assertThat(SqlTesting.showQuery("SELECT " + sql)).isEqualTo(result);
  }

  @Test
  void everyFunctionIsDocumentedWithAnExample() {
    List<String> bare =
        functions()
            .filter(
                f ->
                    f.doc().examples().isEmpty()
                        || f.doc().description().isBlank()
                        || f.doc().usage().isBlank())
            .map(Function::name)
            .toList();
    assertThat(bare).isEmpty();
  }

  @Test
  void everyNameLeadsToAFunctionThatKnowsIt() {
    FunctionRegistry registry = FunctionRegistry.load();
    List<String> strays =
        registry.names().stream()
            .filter(
                name ->
                    registry
                        .find(name)
                        .filter(f -> f.name().equalsIgnoreCase(name) || f.aliases().contains(name))
                        .isEmpty())
            .toList();
    assertThat(strays).isEmpty();
  }

  private static Stream<Function> functions() {
    FunctionRegistry registry = FunctionRegistry.load();
    return registry.names().stream().map(name -> registry.find(name).orElseThrow()).distinct();
  }
}
