package dev.sluice.connectors.mqtt.client;

import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import dev.sluice.connectors.mqtt.MqttSettings;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Retried;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Waits for the broker's answers, and puts what it refuses into words. */
final class Failures {
  private Failures() {}

  /**
   * @param tries why the connection was not there or was lost by then, if it was
   */
  static void await(
      CompletableFuture<?> answer, MqttSettings settings, String what, Supplier<Retried> tries) {
    try {
      answer.get(settings.timeoutMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      Throwable deepest = cause.getCause() == null ? cause : cause.getCause();
      throw failed(settings, what, String.valueOf(deepest.getMessage()), cause);
    } catch (TimeoutException e) {
      Retried tried = tries.get();
      String why = "no answer within " + settings.timeoutMillis() / 1000 + " s";
      throw failed(settings, what, tried.count() == 0 ? why : why + ", " + tried.lastReason(), e);
    } catch (InterruptedException e) {
      throw PipelineException.stopped("connecting to the broker", e);
    }
  }

  /** Why a connection ended, which the client then makes anew. */
  static String reason(MqttClientDisconnectedContext lost) {
    Throwable cause = lost.getCause();
    Throwable deepest = cause.getCause() == null ? cause : cause.getCause();
    return "the connection was lost: " + deepest.getMessage();
  }

  /** True if another client has come with our id; only MQTT 5 tells. */
  static boolean isTakenOver(MqttClientDisconnectedContext lost) {
    return lost.getCause() instanceof Mqtt5DisconnectException said
        && said.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER;
  }

  static PipelineException takenOver(MqttSettings settings) {
    return new PipelineException(
        "mqtt-failed",
        "another client has connected to the MQTT broker at '"
            + settings.address()
            + "' as '"
            + settings.clientId()
            + "' and gets the messages now; end it, or give each pipeline a 'clientId' of its own"
            + " (a copy of a checkpoint has that of the other)");
  }

  private static PipelineException failed(
      MqttSettings settings, String what, String why, Throwable cause) {
    return new PipelineException(
        "mqtt-failed",
        "the MQTT broker at '"
            + settings.address()
            + "' "
            + what
            + ": "
            + why
            + "; see that it runs there and knows this client",
        cause);
  }
}
