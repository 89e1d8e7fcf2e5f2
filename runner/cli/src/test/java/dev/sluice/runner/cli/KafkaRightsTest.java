package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.kafka.testing.Broker;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker whose ACLs let a user do what {@code docs/connectors/kafka.md} says that a pipeline
 * needs, and nothing else; and one right less.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KafkaRightsTest {
  private static final AclBinding READ_TOPIC =
      allow(ResourceType.TOPIC, "in", PatternType.LITERAL, AclOperation.READ);
  private static final AclBinding WRITE_TOPIC =
      allow(ResourceType.TOPIC, "out", PatternType.LITERAL, AclOperation.WRITE);
  private static final AclBinding READ_WRITTEN =
      allow(ResourceType.TOPIC, "out", PatternType.LITERAL, AclOperation.READ);
  private static final AclBinding WRITE_IDS =
      allow(ResourceType.TRANSACTIONAL_ID, "orders-", PatternType.PREFIXED, AclOperation.WRITE);
  private static final AclBinding READ_GROUPS =
      allow(ResourceType.GROUP, "orders-", PatternType.PREFIXED, AclOperation.READ);
  private static final AclBinding SHOW_OFFSETS =
      allow(ResourceType.GROUP, "shown", PatternType.LITERAL, AclOperation.READ);
  private static final List<AclBinding> DOCUMENTED =
      List.of(READ_TOPIC, WRITE_TOPIC, READ_WRITTEN, WRITE_IDS, READ_GROUPS, SHOW_OFFSETS);

  @TempDir static Path data;
  private static Broker broker;
  private static String servers;
  private static int sent;

  @TempDir Path folder;

  private static AclBinding allow(
      ResourceType type, String name, PatternType pattern, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:u", "*", operation, AclPermissionType.ALLOW));
  }

  /** Who does not log in may do everything: that is us. */
  @BeforeAll
  static void start() {
    int port = FreePort.find();
    servers = "127.0.0.1:" + port;
    broker =
        new Broker(
            data,
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users=User:ANONYMOUS",
            "listeners=PLAINTEXT://127.0.0.1:PORT,SASL_PLAINTEXT://127.0.0.1:"
                + port
                + ",CONTROLLER://127.0.0.1:CONTROLLER",
            "advertised.listeners=PLAINTEXT://127.0.0.1:PORT,SASL_PLAINTEXT://127.0.0.1:" + port,
            "sasl.enabled.mechanisms=PLAIN",
            "listener.name.sasl_plaintext.plain.sasl.jaas.config="
                + "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " user_u=\"secret\";");
    broker.create("in", 2);
    broker.create("out", 2);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  /** Waits until the broker goes by these. */
  private static void grant(List<AclBinding> rights) {
    Broker.get(broker.admin().deleteAcls(List.of(AclBindingFilter.ANY)).all());
    Broker.get(broker.admin().createAcls(rights).all());
    while (Broker.get(broker.admin().describeAcls(AclBindingFilter.ANY).values()).size()
        != rights.size()) {
      Wait.aMoment();
    }
  }

  private static List<AclBinding> without(AclBinding right) {
    List<AclBinding> rights = new ArrayList<>(DOCUMENTED);
    rights.remove(right);
    return rights;
  }

  private PipelineFolder pipeline(String more) throws IOException {
    PipelineFolder pipeline = new PipelineFolder(folder);
    pipeline.pipeline(
        """
        name: rights
        source:
          format: kafka
          options:
            kafka.bootstrap.servers: "SERVERS"
            kafka.security.protocol: SASL_PLAINTEXT
            kafka.sasl.mechanism: PLAIN
            kafka.sasl.jaas.config: &login >-
              org.apache.kafka.common.security.plain.PlainLoginModule required
              username="u" password="secret";
            subscribe: in
            startingOffsets: earliest
            offsetsGroup: shown
          schema: {id: bigint}
          valueFormat: json
        trigger: availableNow
        sink:
          format: kafka
          options:
            kafka.bootstrap.servers: "SERVERS"
            kafka.security.protocol: SASL_PLAINTEXT
            kafka.sasl.mechanism: PLAIN
            kafka.sasl.jaas.config: *login
            topic: out
            transactionalIdPrefix: orders
            MORE
          valueFormat: json
        checkpointLocation: checkpoint
        """
            .replace("SERVERS", servers)
            .replace("MORE", more));
    return pipeline;
  }

  private Command.Result connect() {
    return Command.run(folder, "validate", "--connect", "pipeline.yaml");
  }

  @Test
  void withTheDocumentedRightsAPipelineRunsExactlyOnce() throws Exception {
    grant(DOCUMENTED);
    PipelineFolder pipeline = pipeline("");
    Command.Result connected = connect();
    assertThat(connected.code()).as(connected.out()).isZero();
    assertThat(connected.out())
        .contains("topic 'in' (2 partitions)", "topic 'out' (2 partitions)")
        .doesNotContain("error", "secret");
    for (int run = 0; run < 2; run++) {
      for (int partition = 0; partition < 2; partition++) {
        broker.send(
            "in",
            partition,
            IntStream.range(0, 5).mapToObj(i -> "{\"id\":" + sent++ + "}").toArray(String[]::new));
      }
      Command.Result result = pipeline.run();
      assertThat(result.code()).as(result.err()).isZero();
      assertThat(result.err()).isEmpty();
    }
    assertThat(broker.values("out"))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, sent).mapToObj(id -> "{\"id\":" + id + "}").toList());
    assertThat(
            Broker.get(
                    broker
                        .admin()
                        .listConsumerGroupOffsets("shown")
                        .partitionsToOffsetAndMetadata())
                .values())
        .hasSize(2);
  }

  @Test
  void withoutTheRightToReadTheTopicIsNamed() throws Exception {
    grant(without(READ_TOPIC));
    refused(pipeline(""), "source 'source'", "'in'", "the topics [in]");
  }

  @Test
  void withoutTheRightToWriteTheTopicIsNamed() throws Exception {
    grant(without(WRITE_TOPIC));
    refused(pipeline(""), "sink 'kafka'", "writing 'out'", "writing to 'out'");
  }

  /** Brokers take the number of a batch from who may read the topic that it is kept with. */
  @Test
  void withoutTheRightToReadWhatItWritesThatIsNamed() throws Exception {
    grant(without(READ_WRITTEN));
    refused(pipeline(""), "sink 'kafka'", "reading 'out', which 'delivery: exactly-once'", "READ");
    withoutTransactionsItGoes();
  }

  @Test
  void whoMaySeeButNotUseATopicIsToldSo() throws Exception {
    List<AclBinding> rights = new ArrayList<>(without(READ_TOPIC));
    rights.removeAll(List.of(WRITE_TOPIC, READ_WRITTEN));
    rights.add(allow(ResourceType.TOPIC, "in", PatternType.LITERAL, AclOperation.DESCRIBE));
    rights.add(allow(ResourceType.TOPIC, "out", PatternType.LITERAL, AclOperation.DESCRIBE));
    grant(rights);
    pipeline("");
    Command.Result connected = connect();
    assertThat(connected.code()).isEqualTo(1);
    assertThat(connected.out())
        .contains(
            "do not allow reading 'in'; let their ACLs allow READ for this user",
            "do not allow writing 'out'; let their ACLs allow WRITE for this user",
            "do not allow reading 'out', which 'delivery: exactly-once' needs;",
            "3 connection problems");
  }

  @Test
  void withoutTheRightToTheIdsThePrefixIsNamed() throws Exception {
    grant(without(WRITE_IDS));
    refused(
        pipeline(""), "sink 'kafka'", "transactional ids that begin with 'orders-'", "'orders-");
    withoutTransactionsItGoes();
  }

  @Test
  void withoutTheRightToTheGroupsThePrefixIsNamed() throws Exception {
    grant(without(READ_GROUPS));
    refused(pipeline(""), "sink 'kafka'", "groups that begin with 'orders-'", "group 'orders-");
    withoutTransactionsItGoes();
  }

  private void withoutTransactionsItGoes() throws IOException {
    pipeline("delivery: at-least-once");
    Command.Result connected = connect();
    assertThat(connected.code()).as(connected.out()).isZero();
  }

  @Test
  void withoutTheRightToShowOffsetsTheGroupIsNamed() throws Exception {
    grant(without(SHOW_OFFSETS));
    pipeline("");
    Command.Result connected = connect();
    assertThat(connected.code()).isEqualTo(1);
    assertThat(connected.out())
        .contains("error[not-authorized]", "group 'shown'", "READ", "1 connection problem");
  }

  /** Nobody but those who may read settings is told the brokers' limit before. */
  @Test
  void aTransactionThatIsAllowedToLastTooLongIsRefusedByTheBrokers() throws Exception {
    grant(DOCUMENTED);
    PipelineFolder pipeline = pipeline("kafka.transaction.timeout.ms: 9999999");
    Command.Result result = pipeline.run();
    PipelineFolder.requireFailure(
        result, 1, "error[invalid-option-value]", "transaction.max.timeout.ms", "lower it");
  }

  /** Before a run, and by the run itself. */
  private void refused(PipelineFolder pipeline, String component, String before, String then) {
    Command.Result connected = connect();
    assertThat(connected.code()).isEqualTo(1);
    assertThat(connected.out())
        .contains("error[not-authorized]", before, servers, "let their ACLs allow")
        .contains("1 connection problem")
        .doesNotContain("secret");
    broker.send("in", 0, "{\"id\":" + sent++ + "}");
    Command.Result run = pipeline.run();
    PipelineFolder.requireFailure(
        run, 1, "error[not-authorized]", component, then, servers, "let their ACLs allow");
    assertThat(run.err()).doesNotContain("secret");
  }
}
