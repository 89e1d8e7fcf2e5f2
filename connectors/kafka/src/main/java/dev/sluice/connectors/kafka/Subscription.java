package dev.sluice.connectors.kafka;

import dev.sluice.operators.component.Options;
import dev.sluice.operators.json.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which partitions are read: {@code assign}, {@code subscribe} or {@code subscribePattern}. */
public sealed interface Subscription {
  List<String> WORDS = List.of("assign", "subscribe", "subscribePattern");

  /** As Spark shows it: {@code Subscribe[orders]}. */
  String description();

  /** Whether partitions of a topic of this name are read, if there are any. */
  boolean covers(String topic);

  /** Exactly these partitions. */
  record Assign(Map<String, List<Integer>> partitions) implements Subscription {
    @Override
    public String description() {
      TreeSet<String> names = new TreeSet<>();
      partitions.forEach(
          (topic, numbers) -> numbers.forEach(number -> names.add(topic + "-" + number)));
      return "Assign[" + String.join(", ", names) + "]";
    }

    @Override
    public boolean covers(String topic) {
      return partitions.containsKey(topic);
    }
  }

  /** All partitions of these topics. */
  record Topics(List<String> topics) implements Subscription {
    @Override
    public String description() {
      return "Subscribe[" + String.join(", ", topics) + "]";
    }

    @Override
    public boolean covers(String topic) {
      return topics.contains(topic);
    }
  }

  /** All partitions of the topics whose names match as wholes. */
  record Matching(Pattern pattern) implements Subscription {
    @Override
    public String description() {
      return "SubscribePattern[" + pattern + "]";
    }

    @Override
    public boolean covers(String topic) {
      return pattern.matcher(topic).matches();
    }
  }

  /** Throws {@link IllegalArgumentException} saying what is wrong with the one that is given. */
  static Subscription of(Options options) {
    if (options.isGiven("assign")) {
      return assign(options.text("assign"));
    }
    if (options.isGiven("subscribe")) {
      List<String> topics =
          Arrays.stream(options.text("subscribe").split(","))
              .map(String::trim)
              .filter(topic -> !topic.isEmpty())
              .distinct()
              .toList();
      if (topics.isEmpty()) {
        throw new IllegalArgumentException("no topic is named");
      }
      return new Topics(topics);
    }
    String pattern = options.text("subscribePattern").trim();
    if (pattern.isEmpty()) {
      throw new IllegalArgumentException("the pattern is empty");
    }
    return new Matching(Pattern.compile(pattern));
  }

  private static Assign assign(String json) {
    Map<String, List<Integer>> partitions = new LinkedHashMap<>();
    Json.parseObject(json)
        .forEach(
            (topic, numbers) -> {
              if (!(numbers instanceof List<?> list) || list.isEmpty()) {
                throw new IllegalArgumentException(
                    "'" + topic + "' has no list of partitions, such as [0, 1]");
              }
              partitions.put(topic, list.stream().map(n -> number(topic, n)).toList());
            });
    if (partitions.isEmpty()) {
      throw new IllegalArgumentException("no partition is named");
    }
    return new Assign(partitions);
  }

  private static Integer number(String topic, Object number) {
    if (number instanceof Long value && value >= 0 && value <= Integer.MAX_VALUE) {
      return value.intValue();
    }
    if (number instanceof String text && text.matches("[0-9]{1,9}")) {
      return Integer.valueOf(text);
    }
    throw new IllegalArgumentException(
        "'" + number + "' of topic '" + topic + "' is no number of a partition");
  }
}
