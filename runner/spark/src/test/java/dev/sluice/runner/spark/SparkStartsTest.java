package dev.sluice.runner.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class SparkStartsTest {
  @Test
  void starts() throws Exception {
    try (SparkSession spark = SparkSession.builder().master("local[1]").config("spark.ui.enabled", "false").getOrCreate()) {
      assertThat(spark.sql("SELECT 1 + 1").first().getInt(0)).isEqualTo(2);
    }
  }
}
