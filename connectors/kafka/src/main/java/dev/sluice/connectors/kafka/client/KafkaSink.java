package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.connectors.kafka.KafkaSinkType;
import dev.sluice.connectors.kafka.RowShape;
import dev.sluice.connectors.message.MessageEncoder;
import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.Retried;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes each batch in one transaction, in which the batch's number is committed too, or without
 * transactions.
 */
final class KafkaSink implements Sink {
  /** How long a topic that is not there yet may take to be made by the brokers. */
  private static final int CREATION_MILLIS = 5_000;

  private final RowShape shape;
  private final Schema schema;
  private final Options options;
  private final Session session;
  private final KafkaFailures failures;
  private final Admin admin;
  private final Map<String, Object> properties;
  private final Optional<Sender> plain;
  private final Optional<Transactions> transactions;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private boolean busy;

  private KafkaSink(
      RowShape shape,
      Schema schema,
      Options options,
      Session session,
      KafkaFailures failures,
      Admin admin,
      Map<String, Object> properties,
      Optional<Sender> plain,
      Optional<Transactions> transactions) {
    this.shape = shape;
    this.schema = schema;
    this.options = options;
    this.session = session;
    this.failures = failures;
    this.admin = admin;
    this.properties = properties;
    this.plain = plain;
    this.transactions = transactions;
  }

  static KafkaSink open(RowShape shape, Schema schema, Options options, SinkContext context) {
    KafkaFailures failures = new KafkaFailures("sink 'kafka'", options);
    Map<String, Object> properties = ClientConfig.properties(options);
    properties.putIfAbsent("acks", "all");
    properties.putIfAbsent("batch.size", "65536");
    properties.putIfAbsent("max.block.ms", "120000");
    if (context.continuous()) {
      // Nothing flushes a batch, so that each row would wait for others.
      properties.putIfAbsent("linger.ms", "0");
    }
    Admin admin = Cluster.admin(properties, failures);
    Optional<Sender> plain = Optional.empty();
    Optional<Transactions> transactions = Optional.empty();
    try {
      if (KafkaSinkType.exactlyOnce(options) && !context.continuous()) {
        Transactions.setTimeout(properties, admin, options, failures);
        transactions = Optional.of(transactions(properties, options, context, admin, failures));
      } else {
        plain = Optional.of(new Sender(producer(properties, failures)));
      }
      KafkaSink sink =
          new KafkaSink(
              shape,
              schema,
              options,
              context.session(),
              failures,
              admin,
              properties,
              plain,
              transactions);
      shape.topicName().ifPresent(topic -> sink.requireTopic(topic, sink.startMillis()));
      return sink;
    } catch (RuntimeException e) {
      plain.ifPresent(sender -> sender.producer().close(Duration.ZERO));
      transactions.ifPresent(Transactions::close);
      admin.close(Duration.ZERO);
      throw e;
    }
  }

  private static Transactions transactions(
      Map<String, Object> properties,
      Options options,
      SinkContext context,
      Admin admin,
      KafkaFailures failures) {
    String id =
        options.text(KafkaSinkType.ID_PREFIX) + "-" + context.queryId() + "-" + context.index();
    return Transactions.begin(
        id,
        name -> {
          Map<String, Object> own = new HashMap<>(properties);
          own.put("transactional.id", name);
          return Lane.open(
              name, new Sender(producer(own, failures)), Transactions.timeout(own), failures);
        },
        admin,
        failures);
  }

  private static KafkaProducer<byte[], byte[]> producer(
      Map<String, Object> properties, KafkaFailures failures) {
    try {
      return Client.make(
          () ->
              new KafkaProducer<>(
                  properties, new ByteArraySerializer(), new ByteArraySerializer()));
    } catch (RuntimeException e) {
      throw failures.of("connecting", e, 0);
    }
  }

  /**
   * A topic that is not there is told in seconds, where the client would wait for minutes. Brokers
   * that make topics on demand get the chance to.
   *
   * @param patienceMillis how long brokers are waited for that do not answer
   */
  private void requireTopic(String topic, long patienceMillis) {
    if (!known.contains(topic)) {
      if (!isThere(topic, patienceMillis)) {
        awaitCreation(topic);
      }
      known.add(topic);
    }
  }

  private boolean isThere(String topic, long patienceMillis) {
    String doing = "asking for the topic '" + topic + "'";
    long begun = System.nanoTime();
    while (true) {
      long waited = (System.nanoTime() - begun) / 1_000_000;
      try {
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(patienceMillis - waited, TimeUnit.MILLISECONDS);
        return true;
      } catch (InterruptedException e) {
        throw Cluster.interrupted(failures);
      } catch (TimeoutException e) {
        throw failures.unreachable(doing, patienceMillis, e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          return false;
        } else if (!(e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException)) {
          throw failures.of("writing to '" + topic + "'", e, patienceMillis);
        }
        failures.retried(doing, e);
      }
    }
  }

  private long startMillis() {
    return Cluster.limit(properties, "default.api.timeout.ms", Cluster.START_MILLIS);
  }

  private void awaitCreation(String topic) {
    Map<String, Object> own = new HashMap<>(properties);
    long limit = Cluster.limit(properties, "max.block.ms", CREATION_MILLIS);
    own.put("max.block.ms", Long.toString(limit));
    try (KafkaProducer<byte[], byte[]> asking = producer(own, failures)) {
      asking.partitionsFor(topic);
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      throw failures.failure(
          "unknown-topic",
          "there is no topic '"
              + topic
              + "' at '"
              + failures.servers()
              + "', and the brokers do not make it; create it, or correct 'topic'",
          e);
    } catch (RuntimeException e) {
      throw failures.of("writing to '" + topic + "'", e, limit);
    }
  }

  /** What we tried again, and what the client sent again by itself. */
  @Override
  public Retried retried() {
    long sent = plain.map(Sender::sentAgain).orElse(0L);
    sent += transactions.map(Transactions::sentAgain).orElse(0L);
    return new Retried(sent, sent == 0 ? "" : "records were sent again")
        .and(failures.retried())
        .and(shape.retried(options));
  }

  @Override
  public String description() {
    return "KafkaSink[" + shape.topicName().orElse("by column 'topic'") + "]";
  }

  @Override
  public long lastEpoch() {
    return transactions.map(Transactions::lastEpoch).orElse(-1L);
  }

  @Override
  public boolean overlapsEpochs() {
    return transactions.isEmpty();
  }

  /** Without transactions readers see a record as soon as it is sent. */
  @Override
  public boolean hidesUntilCommit() {
    return transactions.isPresent();
  }

  /** Without transactions a record does not say of which batch it is. */
  @Override
  public boolean mayRegroup() {
    return transactions.isEmpty();
  }

  @Override
  public Write begin(long epochId) {
    boolean held = transactions.isPresent() && epochId <= transactions.get().lastEpoch();
    return held ? Write.NOTHING : new KafkaWrite(epochId);
  }

  @Override
  public void close() {
    plain.ifPresent(Sender::close);
    transactions.ifPresent(Transactions::close);
    admin.close(Duration.ofSeconds(1));
  }

  private final class KafkaWrite implements Write {
    private final Sending sending;
    private final List<Part> parts = new ArrayList<>();
    private boolean committed;

    KafkaWrite(long epochId) {
      this.sending = new Sending(plain::orElseThrow, transactions, epochId, failures);
      if (busy && transactions.isPresent()) {
        shape.topicName().ifPresent(sending::expect);
      }
    }

    @Override
    public Part part(int index) {
      Optional<String> topic = options.find(KafkaSinkType.TOPIC);
      Optional<MessageEncoder> encoder =
          shape
              .format()
              .map(f -> f.encoder(schema, ValueFormats.writing(f, options, topic), session));
      RecordWriter writer = new RecordWriter(shape, encoder, failures);
      Part part =
          new Part() {
            @Override
            public void write(Batch batch) {
              writer.write(
                  batch,
                  record -> {
                    if (!known.contains(record.topic())) {
                      requireTopic(record.topic(), Transactions.PATIENCE_MILLIS);
                    }
                    sending.send(record);
                  });
            }

            @Override
            public void flush() {
              sending.flush();
            }

            @Override
            public void finish() {
              sending.flush();
            }
          };
      parts.add(part);
      return part;
    }

    @Override
    public void commit() {
      sending.flush();
      sending.commit();
      busy = sending.sent();
      committed = true;
    }

    @Override
    public void close() {
      if (!committed) {
        sending.abort();
      }
    }
  }
}
