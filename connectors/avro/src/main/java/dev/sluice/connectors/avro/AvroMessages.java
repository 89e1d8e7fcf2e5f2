package dev.sluice.connectors.avro;

import dev.sluice.connectors.http.HttpSinkType;
import dev.sluice.connectors.message.MessageDecoder;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Retried;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Messages that are an Avro record each; their schema is given, or in a schema registry. */
public final class AvroMessages implements MessageFormat {
  private static final String REGISTRY = "schemaRegistry";
  private static final String USER = "schemaRegistry.user";
  private static final String PASSWORD = "schemaRegistry.password";
  private static final String TOKEN = "schemaRegistry.token";
  private static final String CERTIFICATES = "schemaRegistry.caCertificates";
  private static final String SUBJECT = "subject";
  private static final String REGISTER = "autoRegister";
  private static final String MODE = "mode";

  /** For the service loader. */
  public AvroMessages() {}

  @Override
  public String name() {
    return "avro";
  }

  @Override
  public String summary() {
    return "Messages whose value is an Avro record.";
  }

  private static List<Option> registry() {
    return List.of(
        Option.text(REGISTRY, "The address of a schema registry with Confluent's API"),
        Option.text(USER, "Who asks the registry"),
        Option.text(PASSWORD, "The password for the registry").hidden(),
        Option.text(TOKEN, "A bearer token for the registry, instead of a user").hidden(),
        Option.text(
            CERTIFICATES, "Certificates in PEM, by which the registry is known: ${file:ca.pem}"));
  }

  @Override
  public List<Option> options() {
    return join(
        registry(),
        List.of(
            Option.text(AvroFormat.SCHEMA, "The schema of values, or what they are read as"),
            Option.choice(
                    MODE,
                    List.of("PERMISSIVE", "DROPMALFORMED", "FAILFAST"),
                    "What a value that cannot be read gives: nulls, no row, or the end")
                .orElse("PERMISSIVE")));
  }

  @Override
  public List<Option> writeOptions() {
    return join(
        registry(),
        List.of(
            Option.text(AvroFormat.SCHEMA, "The schema to write, if not that of the columns"),
            Option.text(AvroFormat.RECORD_NAME, "Name of the record in the schema")
                .orElse("topLevelRecord"),
            Option.text(AvroFormat.NAMESPACE, "Namespace of the record in the schema").orElse(""),
            Option.text(
                SUBJECT, "Where the registry keeps the schema; by default the topic and -value"),
            Option.flag(REGISTER, true, "Put the schema into the registry if it is not there")));
  }

  private static List<Option> join(List<Option> one, List<Option> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  @Override
  public Optional<Schema> defaultSchema() {
    return Optional.empty();
  }

  @Override
  public void checkRead(Schema columns, Options options, Problems problems) {
    Optional<String> text = options.find(AvroFormat.SCHEMA);
    if (text.isEmpty() && options.find(REGISTRY).isEmpty()) {
      problems.error(
          "missing-option",
          options.at(),
          "values in Avro cannot be read without their schema",
          "give 'avroSchema', or 'schemaRegistry'");
    }
    if (text.isPresent()) {
      try {
        AvroClient.get().columns(text.get(), AvroClient.Typing.PLAIN);
      } catch (IOException e) {
        problems.error(
            "invalid-option-value",
            options.at(AvroFormat.SCHEMA),
            "'avroSchema' cannot be used: " + e.getMessage(),
            "give an Avro schema as JSON");
      }
    }
    checkRegistry(options, problems);
  }

  private static void checkRegistry(Options options, Problems problems) {
    Optional<String> url = options.find(REGISTRY);
    if (url.isPresent() && !HttpSinkType.isUsable(url.get().trim())) {
      problems.error(
          "invalid-option-value",
          options.at(REGISTRY),
          "'" + REGISTRY + "' is no address of a server, or holds a user",
          "write http://host:8081 or https://host, and give '" + USER + "' by itself");
    }
    if (options.isGiven(USER) && options.isGiven(TOKEN)) {
      problems.error(
          "useless-option",
          options.at(TOKEN),
          "the registry is asked as a user or with a token, not both",
          "leave '" + USER + "' or '" + TOKEN + "' out");
    }
  }

  @Override
  public void checkWrite(Schema schema, Options options, Problems problems) {
    for (Field field : schema.fields()) {
      if (!AvroFormat.isWritable(field.type())) {
        problems.error(
            "unsupported-type",
            options.at(),
            "Avro cannot hold column '" + field.name() + "' of type " + field.type().sql(),
            "cast it");
        return;
      }
    }
    checkRegistry(options, problems);
    if (options.isGiven(REGISTRY) && !options.isGiven(SUBJECT)) {
      problems.error(
          "missing-option",
          options.at(REGISTRY),
          "the registry needs to know where the schema belongs",
          "add 'subject', or 'topic' for the subject TOPIC-value");
    }
    String reason = AvroClient.get().checkWrite(schema, writing(options));
    if (reason != null) {
      problems.error(
          "invalid-option-value",
          options.isGiven(AvroFormat.SCHEMA) ? options.at(AvroFormat.SCHEMA) : options.at(),
          "rows cannot be written as Avro: " + reason,
          "change 'avroSchema', or rename or cast the column");
    }
  }

  private static AvroClient.Writing writing(Options options) {
    return new AvroClient.Writing(
        options.find(AvroFormat.SCHEMA).orElse(null),
        options.text(AvroFormat.RECORD_NAME).trim(),
        options.text(AvroFormat.NAMESPACE).trim(),
        false,
        "null");
  }

  private static AvroClient.@Nullable Registry registry(Options options) {
    return options
        .find(REGISTRY)
        .map(
            url ->
                new AvroClient.Registry(
                    url.trim(),
                    options.find(USER).orElse(null),
                    options.find(PASSWORD).orElse(null),
                    options.find(TOKEN).map(String::trim).orElse(null),
                    options.find(CERTIFICATES).orElse(null)))
        .orElse(null);
  }

  @Override
  public String checkConnection(Options options, Problems problems) {
    AvroClient.Registry registry = registry(options);
    if (registry == null) {
      return "";
    }
    try {
      AvroClient.get().check(registry);
    } catch (PipelineException e) {
      problems.error(e.code(), options.at(REGISTRY), String.valueOf(e.getMessage()), null);
    }
    return "schema registry '" + registry.url() + "'";
  }

  @Override
  public Retried retried(Options options) {
    AvroClient.Registry registry = registry(options);
    return registry == null ? Retried.NEVER : AvroClient.get().retried(registry);
  }

  @Override
  public MessageDecoder decoder(
      Schema columns, Schema wanted, Options options, Session session, int capacity) {
    String schema = options.find(AvroFormat.SCHEMA).orElse(null);
    AvroClient.Writing none = new AvroClient.Writing(schema, "topLevelRecord", "", false, "null");
    ParseMode mode = ParseMode.valueOf(options.text(MODE).trim().toUpperCase(Locale.ROOT));
    return AvroClient.get()
        .decoder(
            wanted,
            new AvroClient.Messages(schema, registry(options), null, false, mode, none),
            capacity);
  }

  /** The subject is that of the topic's values, as Confluent's serializers call it. */
  @Override
  public Options forTopic(String topic, Options options) {
    return options.isGiven(REGISTRY) && !options.isGiven(SUBJECT)
        ? options.with(SUBJECT, topic.trim() + "-value")
        : options;
  }

  @Override
  public MessageEncoder encoder(Schema schema, Options options, Session session) {
    AvroClient.Writing writing = writing(options);
    return AvroClient.get()
        .encoder(
            schema,
            new AvroClient.Messages(
                writing.avroSchema(),
                registry(options),
                options.find(SUBJECT).map(String::trim).orElse(null),
                options.flag(REGISTER),
                ParseMode.FAILFAST,
                writing));
  }
}
