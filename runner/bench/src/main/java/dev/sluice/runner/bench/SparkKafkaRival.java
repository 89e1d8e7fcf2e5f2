package dev.sluice.runner.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.window;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * The Kafka workloads on Spark Structured Streaming, two local cores: {@code WORKLOAD SERVERS IN
 * OUT WORK [SECONDS]}.
 */
final class SparkKafkaRival {
  private static final String EVENT =
      "event_time TIMESTAMP, user_id BIGINT, country STRING, device STRING, amount DOUBLE, page STRING, note STRING";
  private static final String PROBE =
      "ts BIGINT, user_id BIGINT, country STRING, amount DOUBLE, note STRING";

  private SparkKafkaRival() {}

  public static void main(String[] args) throws Exception {
    boolean counts = args[0].equals("kafka");
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()) {
      spark.sparkContext().setLogLevel("ERROR");
      Dataset<Row> values =
          spark
              .readStream()
              .format("kafka")
              .option("kafka.bootstrap.servers", args[1])
              .option("subscribe", args[2])
              .option("startingOffsets", counts ? "earliest" : "latest")
              .load()
              .select(
                  from_json(col("value").cast("string"), StructType.fromDDL(counts ? EVENT : PROBE))
                      .as("j"))
              .select("j.*")
              .where("amount > 10");
      Dataset<Row> output = counts ? counted(values) : projected(values);
      DataStreamWriter<Row> writer =
          output
              .writeStream()
              .format("kafka")
              .option("kafka.bootstrap.servers", args[1])
              .option("topic", args[3])
              .option("checkpointLocation", args[4] + "/checkpoint");
      writer =
          switch (args[0]) {
            case "kafka" -> writer.trigger(Trigger.AvailableNow());
            case "latency" -> writer;
            case "latency-continuous" -> writer.trigger(Trigger.Continuous("1 second"));
            default -> throw new IllegalArgumentException(args[0]);
          };
      StreamingQuery query = writer.start();
      if (counts) {
        query.awaitTermination();
      } else {
        query.awaitTermination(1000L * Integer.parseInt(args[5]));
        query.stop();
      }
    }
  }

  private static Dataset<Row> counted(Dataset<Row> values) {
    return values
        .withWatermark("event_time", "10 minutes")
        .groupBy(window(col("event_time"), "1 minute"), col("country"))
        .agg(count(lit(1)).as("n"))
        .selectExpr("to_json(struct(window.start AS w, country, n)) AS value");
  }

  private static Dataset<Row> projected(Dataset<Row> values) {
    return values.selectExpr(
        "to_json(struct(ts, user_id, country, amount * 1.21D AS gross)) AS value");
  }
}
