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
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes each batch in one transaction, in which the batch's number is committed too, or without
 * transactions.
 */
final class KafkaSink implements Sink {
  private final RowShape shape;
  private final Schema schema;
  private final Options options;
  private final Session session;
  private final KafkaFailures failures;
  private final Admin admin;
  private final Optional<Sender> plain;
  private final Optional<Transactions> transactions;
  private final WrittenTopics topics;
  private boolean busy;

  private KafkaSink(
      RowShape shape,
      Schema schema,
      Options options,
      Session session,
      KafkaFailures failures,
      Admin admin,
      Optional<Sender> plain,
      Optional<Transactions> transactions,
      WrittenTopics topics) {
    this.shape = shape;
    this.schema = schema;
    this.options = options;
    this.session = session;
    this.failures = failures;
    this.admin = admin;
    this.plain = plain;
    this.transactions = transactions;
    this.topics = topics;
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
      WrittenTopics topics =
          new WrittenTopics(admin, () -> producer(brief(properties), failures), failures);
      shape.topicName().ifPresent(topic -> topics.requireTopic(topic, startMillis(properties)));
      return new KafkaSink(
          shape, schema, options, context.session(), failures, admin, plain, transactions, topics);
    } catch (RuntimeException e) {
      Optional<Sender> sender = plain;
      Optional<Transactions> lanes = transactions;
      Closing.all(
          () -> sender.ifPresent(one -> one.producer().close(Duration.ZERO)),
          () -> lanes.ifPresent(Transactions::close),
          () -> admin.close(Duration.ZERO));
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

  /** For a question about a topic that is not there yet. */
  private static Map<String, Object> brief(Map<String, Object> properties) {
    Map<String, Object> own = new HashMap<>(properties);
    long limit = Cluster.limit(properties, "max.block.ms", WrittenTopics.CREATION_MILLIS);
    own.put("max.block.ms", Long.toString(limit));
    return own;
  }

  private static long startMillis(Map<String, Object> properties) {
    return Cluster.limit(properties, "default.api.timeout.ms", Cluster.START_MILLIS);
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
    Closing.all(
        () -> plain.ifPresent(Sender::close),
        () -> transactions.ifPresent(Transactions::close),
        () -> admin.close(Duration.ofSeconds(1)));
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
                    topics.require(record.topic(), record.partition());
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
