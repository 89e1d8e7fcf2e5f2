package dev.sluice.connectors.kafka;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Problems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What sources and sinks have in common: {@code kafka.*} is handed to the client. */
public final class ClientConfig {
  public static final String PREFIX = "kafka.";
  public static final String SERVERS = "kafka.bootstrap.servers";

  /** Not required by declaration: the address is no part of what a checkpoint belongs to. */
  static final Option SERVERS_OPTION =
      Option.text(SERVERS, "The brokers to ask first, as host:port,host:port");

  private ClientConfig() {}

  /** Reports a missing address and options that this end keeps to itself. */
  static void check(Options options, String kind, Map<String, String> refused, Problems problems) {
    if (options.find(SERVERS).map(String::isBlank).orElse(true)) {
      problems.error(
          "missing-option",
          options.at(SERVERS),
          kind + " 'kafka' needs the option '" + SERVERS + "'",
          "write 'kafka.bootstrap.servers: HOST:9092'");
    }
    for (String server : options.find(SERVERS).orElse("").split(",")) {
      String address = server.trim();
      if (!address.isEmpty() && !address.matches(".*:[0-9]+")) {
        String bare = address.replaceFirst("/.*", "").replaceFirst(":+$", "");
        boolean hasPort = bare.matches(".*:[0-9]+");
        problems.error(
            "invalid-option-value",
            options.at(SERVERS),
            "'" + address + "' " + (hasPort ? "does not end with its port" : "has no port"),
            hasPort
                ? "write '" + bare + "'"
                : "write '" + bare + ":9092', or the port that the brokers listen on");
      }
    }
    refused.forEach(
        (name, remedy) -> {
          if (options.isGiven(name)) {
            problems.error(
                "refused-option",
                options.at(name),
                "the option '" + name + "' cannot be set",
                remedy);
          }
        });
  }

  /** The client's own properties, without the prefix. */
  public static Map<String, Object> properties(Options options) {
    Map<String, Object> properties = new HashMap<>();
    // What nobody listens to costs time at the start and with each request.
    properties.put("metric.reporters", List.of());
    properties.put("enable.metrics.push", "false");
    properties.put("reconnect.backoff.ms", "100");
    properties.put("reconnect.backoff.max.ms", "1000");
    options
        .givenValues()
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX)) {
                properties.put(name.substring(PREFIX.length()), value);
              }
            });
    return properties;
  }

  /** The brokers' addresses, for messages. */
  public static String servers(Options options) {
    return options.text(SERVERS);
  }
}
