package dev.sluice.runner.bench;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.window;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The workloads on Spark Structured Streaming, two local cores: {@code WORKLOAD IN WORK
 * [FILES_PER_BATCH]}.
 */
final class SparkRival {
  private static final String SCHEMA =
      "event_time TIMESTAMP, user_id BIGINT, country STRING, device STRING, page STRING, amount DOUBLE, note STRING";

  private SparkRival() {}

  public static void main(String[] args) throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "2")
            .config(
                "spark.sql.streaming.stateStore.providerClass",
                "org.apache.spark.sql.execution.streaming.state."
                    + (args[0].endsWith("rocksdb")
                        ? "RocksDBStateStoreProvider"
                        : "HDFSBackedStateStoreProvider"))
            .getOrCreate()) {
      spark.sparkContext().setLogLevel("ERROR");
      DataStreamReader reader = spark.readStream().schema(SCHEMA).option("header", "true");
      if (args.length > 3) {
        reader = reader.option("maxFilesPerTrigger", args[3]);
      }
      String format = args[0].startsWith("etl-") ? args[0].substring("etl-".length()) : "csv";
      Dataset<Row> input = reader.format(format).load(args[1]);
      DataStreamWriter<Row> writer =
          switch (args[0]) {
            case "etl", "etl-parquet", "etl-orc", "etl-avro" ->
                input
                    .where("amount > 10 AND country <> 'US'")
                    .selectExpr(
                        "event_time",
                        "user_id",
                        "country",
                        "upper(device) AS device",
                        "page",
                        "amount",
                        "amount * 1.21D AS gross",
                        "to_date(event_time) AS day",
                        "note")
                    .writeStream()
                    .format(format.equals("csv") ? "parquet" : format)
                    .option("path", args[2] + "/output");
            case "totals" ->
                input
                    .groupBy("country", "device")
                    .agg(count(lit(1)).as("n"), sum("amount").as("s"))
                    .writeStream()
                    .outputMode("complete")
                    .format("noop");
            case "users", "users-rocksdb" ->
                input
                    .groupBy("user_id")
                    .agg(count(lit(1)).as("n"), sum("amount").as("s"))
                    .writeStream()
                    .outputMode("update")
                    .format("noop");
            case "windows", "sliding", "window-batches" ->
                input
                    .withWatermark("event_time", "10 minutes")
                    .groupBy(
                        window(
                            col("event_time"),
                            args[0].equals("sliding") ? "10 minutes" : "1 minute",
                            "1 minute"),
                        col("country"),
                        col("device"))
                    .agg(count(lit(1)).as("n"), sum("amount").as("s"), avg("amount").as("a"))
                    .writeStream()
                    .format("parquet")
                    .option("path", args[2] + "/output");
            default -> throw new IllegalArgumentException(args[0]);
          };
      writer
          .option("checkpointLocation", args[2] + "/checkpoint")
          .trigger(Trigger.AvailableNow())
          .start()
          .awaitTermination();
    }
  }
}
