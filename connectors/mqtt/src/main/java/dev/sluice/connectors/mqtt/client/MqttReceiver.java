package dev.sluice.connectors.mqtt.client;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import dev.sluice.connectors.mqtt.MqttMessages;
import dev.sluice.connectors.mqtt.MqttSettings;
import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session that outlives the connection; a message is acknowledged once it is kept. The client has
 * types of their own for each version of the protocol: what names them is below.
 */
abstract class MqttReceiver implements Receiver {
  private static final long MOST_CLOSING_SECONDS = 2;

  final MqttSettings settings;
  final ExecutorService callbacks = Callbacks.make();
  private final Clock clock;
  private final RetryTally tally = new RetryTally();
  private volatile boolean closed;
  private volatile @Nullable Inbox inbox;

  MqttReceiver(MqttSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Before the connection: what the broker has kept comes at once. */
  abstract void listen(Inbox inbox);

  abstract CompletableFuture<?> connect();

  abstract CompletableFuture<?> subscribe(String topic, MqttQos qos);

  /** Takes leave, once what was acknowledged before is on its way. */
  abstract CompletableFuture<?> disconnect();

  /** A client of no version yet. */
  final MqttClientBuilder client() {
    MqttClientBuilder builder =
        MqttClient.builder()
            .identifier(settings.clientId())
            .serverHost(settings.address().host())
            .serverPort(settings.address().port());
    if (settings.address().tls()) {
      builder = builder.sslConfig(Encryption.of(settings.tls()));
    }
    return builder
        .automaticReconnectWithDefaultConfig()
        .addDisconnectedListener(this::lost)
        .addConnectedListener(again -> leaveIfClosed());
  }

  private void lost(MqttClientDisconnectedContext lost) {
    Inbox tell = inbox;
    if (closed) {
      // Else it would come back as the session of the next run.
      lost.getReconnector().reconnect(false);
    } else if (tell != null && Failures.isTakenOver(lost)) {
      // Else each would take it from the other for ever, and messages with it.
      lost.getReconnector().reconnect(false);
      tell.fail(Failures.takenOver(settings));
    } else {
      tally.add(Failures.reason(lost));
    }
  }

  private void leaveIfClosed() {
    if (closed) {
      disconnect();
    }
  }

  @Override
  public final String description() {
    return "MqttSource[" + settings.address() + ", " + String.join(", ", settings.topics()) + "]";
  }

  @Override
  public final Retried retried() {
    return tally.retried();
  }

  @Override
  public final void start(Inbox inbox) {
    this.inbox = inbox;
    listen(inbox);
    Failures.await(connect(), settings, "cannot be reached", this::retried);
    MqttQos qos = MqttQos.values()[settings.qos()];
    for (String topic : settings.topics()) {
      Failures.await(
          subscribe(topic, qos), settings, "refuses the topic '" + topic + "'", this::retried);
    }
  }

  /** Takes a message in; {@code acknowledge} once it is kept. */
  final void take(
      MqttTopic topic,
      MqttQos qos,
      boolean retained,
      byte[] payload,
      Inbox inbox,
      Runnable acknowledge) {
    try {
      inbox.accept(
          MqttMessages.received(
              clock.millis() * 1000, topic.toString(), qos.getCode(), retained, payload),
          acknowledge);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public final void close() {
    closed = true;
    callbacks.shutdownNow();
    // Whether there is a connection that takes it or not; an interrupt does not make it shorter.
    disconnect()
        .orTimeout(MOST_CLOSING_SECONDS, TimeUnit.SECONDS)
        .handle((left, failure) -> left)
        .join();
  }
}
