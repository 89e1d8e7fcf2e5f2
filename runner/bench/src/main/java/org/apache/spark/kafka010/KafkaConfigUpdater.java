package org.apache.spark.kafka010;

import java.util.HashMap;
import java.util.Map;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;

/** Collects the options of a client; adds no login. */
public class KafkaConfigUpdater {
  private final Map<String, Object> options = new HashMap<>();

  public KafkaConfigUpdater(
      String module, scala.collection.immutable.Map<String, Object> parameters) {
    Iterator<Tuple2<String, Object>> all = parameters.iterator();
    while (all.hasNext()) {
      Tuple2<String, Object> one = all.next();
      options.put(one._1(), one._2());
    }
  }

  public KafkaConfigUpdater set(String name, Object value) {
    options.put(name, value);
    return this;
  }

  public KafkaConfigUpdater setIfUnset(String name, Object value) {
    options.putIfAbsent(name, value);
    return this;
  }

  public KafkaConfigUpdater setAuthenticationConfigIfNeeded() {
    return this;
  }

  public KafkaConfigUpdater setAuthenticationConfigIfNeeded(Option<?> cluster) {
    return this;
  }

  public Map<String, Object> build() {
    return options;
  }
}
