package dev.sluice.runner.spark;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The Spark that is compared with: one worker in this process, in UTC, one file a write. One for
 * all tests, given to a method that asks for a {@link SparkSession}; the test is skipped where
 * Spark cannot run.
 */
final class LocalSpark implements ParameterResolver {
  private record Started(SparkSession session) implements AutoCloseable {
    @Override
    public void close() {
      session.stop();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Assumptions.assumeTrue(
        Runtime.version().feature() < 24,
        "skipped: the Hadoop client in Spark needs a JDK before 24");
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(LocalSpark.class))
        .getOrComputeIfAbsent(Started.class, key -> start(), Started.class)
        .session();
  }

  private static Started start() {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate();
    spark.sparkContext().setLogLevel("OFF");
    return new Started(spark);
  }
}
