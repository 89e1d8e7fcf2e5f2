package dev.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark's options of Kafka: known, with Spark's defaults, refused together where Spark does. */
class SparksOptionsTest {
  private static final KafkaSourceType SOURCE = new KafkaSourceType();
  private static final KafkaSinkType SINK = new KafkaSinkType();

  private static Map<String, String> topics(String... more) {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("kafka.bootstrap.servers", "localhost:9092");
    given.put("subscribe", "orders");
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    return given;
  }

  /** The codes of what is told, a warning's behind a question mark. */
  private static List<String> told(boolean streaming, Map<String, String> given) {
    Problems problems = new Problems();
    SOURCE.check(Options.of(SOURCE.options(), given), streaming, problems);
    return problems.all().stream()
        .map(p -> (p.severity() == Problem.Severity.WARNING ? "?" : "") + p.code())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "startingOffsets, latest, ''",
    "startingOffsets, '{\"orders\":{\"0\":23,\"1\":-2,\"2\":-1}}', ''",
    "startingOffsetsByTimestamp, '{\"orders\":{\"0\":1000}}', ''",
    "startingTimestamp, 1000, ''",
    "startingOffsetsByTimestampStrategy, latest, error",
    "failOnDataLoss, false, true",
    "kafkaConsumer.pollTimeoutMs, 1000, 120000",
    "fetchOffset.numRetries, 3, ''",
    "fetchOffset.retryIntervalMs, 20, 10",
    "maxOffsetsPerTrigger, 100, ''",
    "minOffsetsPerTrigger, 10, ''",
    "maxTriggerDelay, 1m, 15m",
    "minPartitions, 4, ''",
    "maxRecordsPerPartition, 100, ''",
    "groupIdPrefix, mine, spark-kafka-source",
    "includeHeaders, true, false"
  })
  void optionOfAStreamIsTakenAndHasItsDefault(String name, String value, String standard) {
    assertThat(told(true, topics(name, value))).isEmpty();
    assertThat(told(true, topics(name.toUpperCase(Locale.ROOT), value))).isEmpty();
    Option option =
        SOURCE.options().stream().filter(o -> o.name().equals(name)).findFirst().orElseThrow();
    assertThat(option.defaultValue())
        .isEqualTo(standard.isEmpty() ? Optional.empty() : Optional.of(standard));
  }

  @ParameterizedTest
  @CsvSource({
    "startingOffsets, earliest",
    "endingOffsets, latest",
    "endingOffsets, '{\"orders\":{\"0\":50,\"1\":-1}}'",
    "endingOffsetsByTimestamp, '{\"orders\":{\"0\":1000}}'",
    "endingTimestamp, 1000"
  })
  void optionOfATableIsTaken(String name, String value) {
    assertThat(told(false, topics(name, value))).isEmpty();
    assertThat(told(true, topics(name, value)))
        .isEqualTo(name.startsWith("ending") ? List.of("refused-option") : List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "startingOffsets, latest, invalid-option-value",
    "endingOffsets, earliest, invalid-option-value",
    "startingOffsets, '{\"orders\":', invalid-option-value"
  })
  void tableThatCannotBeIsRefused(String name, String value, String code) {
    assertThat(told(false, topics(name, value))).containsExactly(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.auto.offset.reset",
        "kafka.key.deserializer",
        "kafka.value.deserializer",
        "kafka.enable.auto.commit",
        "kafka.interceptor.classes"
      })
  void whatTheSourceKeepsToItselfIsRefused(String name) {
    assertThat(told(true, topics(name, "x"))).containsExactly("refused-option");
  }

  @Test
  void exactlyOneOptionSaysWhatIsRead() {
    Map<String, String> none = topics();
    none.remove("subscribe");
    assertThat(told(true, none)).containsExactly("missing-option");
    none.put("assign", "{\"orders\":[0,1]}");
    assertThat(told(true, none)).isEmpty();
    none.remove("assign");
    none.put("subscribePattern", "ord.*");
    assertThat(told(true, none)).isEmpty();
    assertThat(told(true, topics("subscribePattern", "ord.*")))
        .containsExactly("conflicting-options");
    assertThat(told(true, topics("assign", "{\"orders\":[0]}")))
        .containsExactly("conflicting-options");
  }

  @Test
  void leastAndMostOfABatchMustGoTogether() {
    assertThat(told(true, topics("minOffsetsPerTrigger", "11", "maxOffsetsPerTrigger", "10")))
        .containsExactly("invalid-option-value");
    assertThat(told(true, topics("minOffsetsPerTrigger", "10", "maxOffsetsPerTrigger", "10")))
        .isEmpty();
  }

  @Test
  void groupOfItsOwnIsTakenWithAWarning() {
    assertThat(told(true, topics("kafka.group.id", "readers"))).containsExactly("?risky-option");
    assertThat(told(true, topics("kafka.group.id", "readers", "groupIdPrefix", "mine")))
        .containsExactly("?risky-option", "?useless-option");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka.key.serializer", "kafka.value.serializer"})
  void whatTheSinkKeepsToItselfIsRefused(String name) {
    Problems problems = new Problems();
    SINK.check(
        Options.of(
            SINK.options(), Map.of("kafka.bootstrap.servers", "b:9092", "topic", "t", name, "x")),
        problems);
    assertThat(problems.all()).extracting(Problem::code).containsExactly("refused-option");
  }

  @Test
  void partitionerOfTheSinkIsTheUsers() {
    Problems problems = new Problems();
    SINK.check(
        Options.of(
            SINK.options(),
            Map.of(
                "kafka.bootstrap.servers", "b:9092", "topic", "t", "kafka.partitioner.class", "x")),
        problems);
    assertThat(problems.all()).isEmpty();
  }
}
