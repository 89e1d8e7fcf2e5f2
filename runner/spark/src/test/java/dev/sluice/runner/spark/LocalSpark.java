package dev.sluice.runner.spark;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Assumptions;

/** The Spark that is compared with: one worker in this process, in UTC, one file a write. */
final class LocalSpark {
  private LocalSpark() {}

  /** Skips the test where Spark cannot run. Who starts it closes it. */
  static SparkSession start() {
    Assumptions.assumeTrue(
        Runtime.version().feature() < 24,
        "skipped: the Hadoop client in Spark needs a JDK before 24");
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate();
    spark.sparkContext().setLogLevel("OFF");
    return spark;
  }
}
