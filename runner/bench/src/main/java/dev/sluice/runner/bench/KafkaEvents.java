package dev.sluice.runner.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Topics for the benchmarks: {@code SERVERS TOPIC PARTITIONS [RECORDS]}. The records are JSON of
 * about 190 bytes and the same each time: six hours of event time, a minute of disorder, one in a
 * thousand a quarter of an hour late.
 */
final class KafkaEvents {
  private static final long START_MILLIS = 1767227400000L;
  private static final double SPAN_MILLIS = 6 * 3600 * 1000.0;
  private static final String[] COUNTRIES =
      ("US DE FR GB IN BR JP CN ES IT NL PL SE NO FI DK CA MX AU NZ KR ZA TR AR CL PT BE AT CH CZ")
          .split(" ");
  private static final String[] DEVICES =
      "iphone ipad android-phone windows macos linux chromebook smart-tv xbox other".split(" ");

  private KafkaEvents() {}

  public static void main(String[] arguments) throws Exception {
    String servers = arguments[0];
    String topic = arguments[1];
    int partitions = Integer.parseInt(arguments[2]);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      NewTopic made = new NewTopic(topic, partitions, (short) 1);
      admin.createTopics(List.of(made.configs(Map.of("retention.ms", "-1")))).all().get();
    }
    if (arguments.length > 3) {
      load(servers, topic, partitions, Long.parseLong(arguments[3]));
    }
  }

  private static void load(String servers, String topic, int partitions, long count) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", servers, "linger.ms", "20", "batch.size", "262144");
    SplittableRandom random = new SplittableRandom(77);
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
    StringBuilder text = new StringBuilder();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (long i = 0; i < count; i++) {
        long millis = START_MILLIS + (long) (i * (SPAN_MILLIS / count)) - random.nextInt(60_000);
        millis -= random.nextInt(1000) == 0 ? 900_000 : 0;
        text.setLength(0);
        text.append("{\"event_time\":\"");
        format.formatTo(Instant.ofEpochMilli(millis), text);
        text.append("\",\"user_id\":").append(random.nextInt(5_000_000));
        text.append(",\"country\":\"").append(COUNTRIES[random.nextInt(COUNTRIES.length)]);
        text.append("\",\"device\":\"").append(DEVICES[random.nextInt(DEVICES.length)]);
        text.append("\",\"amount\":").append(random.nextInt(100)).append('.');
        text.append(10 + random.nextInt(90)).append(",\"page\":\"/shop/cat");
        text.append(random.nextInt(50)).append("/item").append(random.nextInt(5000));
        text.append("\",\"note\":\"lorem ipsum dolor sit amet consectetur ");
        text.append(random.nextInt(100_000)).append("\"}");
        byte[] value = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        producer.send(new ProducerRecord<>(topic, (int) (i % partitions), null, value));
      }
    }
  }
}
