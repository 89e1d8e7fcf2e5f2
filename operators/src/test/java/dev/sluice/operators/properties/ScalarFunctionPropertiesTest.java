package dev.sluice.operators.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.ScalarFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every scalar function of the registry, with random arguments of the types that it takes. */
class ScalarFunctionPropertiesTest {
  // Another seed tries other arguments: -Dproperties.seed=7
  private static final long SEED = Long.getLong("properties.seed", 42);

  @TestFactory
  List<DynamicTest> valuesDependOnTheRowAlone() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Function function : Calls.functions(ScalarFunction.class::isInstance)) {
      tests.add(DynamicTest.dynamicTest(function.name(), () -> check(function)));
    }
    return tests;
  }

  private static void check(Function function) {
    Random random = new Random(SEED + function.name().hashCode());
    Batch rows = new RandomValues(random).batch(Calls.COLUMNS, 40);
    List<String> violations = new ArrayList<>();
    boolean large = true;
    for (String call : Calls.of(function, random, 6, 100, Calls::binds)) {
      violations.addAll(
          ScalarProperties.violations(call, Calls.bind(call, Calls.COLUMNS), rows, random, large));
      large = false;
    }
    assertThat(violations).as("seed %d", SEED).isEmpty();
  }
}
