package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.ClientConfig;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.ComponentException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * Failures of the client as sentences that name the component, the brokers, the place in the
 * pipeline file and what to do.
 */
final class KafkaFailures {
  private final String component;
  private final String servers;
  private final SourcePosition at;
  private final RetryTally tally = new RetryTally();

  /** {@code component}: {@code source 'orders'}. */
  KafkaFailures(String component, Options options) {
    this.component = component;
    this.servers = ClientConfig.servers(options);
    this.at = options.at(ClientConfig.SERVERS);
  }

  /** The brokers did not answer, and are asked again. */
  void retried(String doing, Throwable failure) {
    Throwable cause = cause(failure);
    String message = cause.getMessage();
    tally.add(
        doing + ": " + (message == null ? cause.getClass().getSimpleName() : message.strip()));
  }

  Retried retried() {
    return tally.retried();
  }

  String servers() {
    return servers;
  }

  PipelineException failure(String code, String sentence, @Nullable Throwable cause) {
    return new ComponentException(code, component, at, sentence, cause);
  }

  /** Of an option, which is where it is told. */
  PipelineException failure(String code, SourcePosition option, String sentence) {
    return new ComponentException(
        code, component, option.line() == 0 ? at : option, sentence, null);
  }

  PipelineException failure(String code, String sentence) {
    return failure(code, sentence, null);
  }

  /** What the client wrapped. */
  static Throwable cause(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null
        && (at instanceof ExecutionException
            || at instanceof CompletionException
            || at.getClass() == KafkaException.class)) {
      at = at.getCause();
    }
    return at;
  }

  /** The brokers do not answer. */
  PipelineException unreachable(String doing, long millis, Throwable cause) {
    return failure(
        "broker-unreachable",
        "no answer from the Kafka brokers at '"
            + servers
            + "' within "
            + Math.max(1, millis / 1000)
            + " seconds, "
            + doing
            + "; check that they run, that 'kafka.bootstrap.servers' names them, and that their"
            + " advertised listeners and 'kafka.security.protocol' are what this machine can use",
        cause);
  }

  /** Says what went wrong while {@code doing}: {@code reading 'orders-0' at offset 7}. */
  PipelineException of(String doing, Throwable failure, long waitedMillis) {
    if (failure instanceof PipelineException known) {
      return known;
    }
    Throwable cause = cause(failure);
    if (cause instanceof AuthenticationException) {
      return failure(
          "authentication-failed",
          "the Kafka brokers at '"
              + servers
              + "' refuse the login: "
              + cause.getMessage()
              + "; check 'kafka.security.protocol', 'kafka.sasl.*' and 'kafka.ssl.*'",
          cause);
    } else if (cause instanceof TopicAuthorizationException topics) {
      return notAuthorized(
          topics.unauthorizedTopics().isEmpty()
              ? "the topic"
              : "the topics " + topics.unauthorizedTopics(),
          doing,
          cause);
    } else if (cause instanceof TransactionalIdAuthorizationException) {
      return notAuthorized("the transactional id", doing, cause);
    } else if (cause instanceof ClusterAuthorizationException
        || cause instanceof AuthorizationException) {
      return notAuthorized("'" + cause.getMessage() + "'", doing, cause);
    } else if (cause instanceof ConfigException) {
      String text = String.valueOf(cause.getMessage());
      if (text.contains("bootstrap urls")) {
        return failure(
            "broker-unreachable",
            "no host of 'kafka.bootstrap.servers: "
                + servers
                + "' is known here ("
                + text
                + "); correct the names",
            cause);
      }
      return failure(
          "invalid-option-value",
          "the Kafka client does not take its options: " + text + "; correct 'kafka.*'",
          cause);
    } else if (cause instanceof TimeoutException || cause instanceof DisconnectException) {
      return unreachable(doing, waitedMillis, cause);
    } else if (cause instanceof UnknownTopicOrPartitionException
        || cause instanceof InvalidTopicException) {
      return failure(
          "unknown-topic",
          doing + " failed, as the topic does not exist: " + cause.getMessage(),
          cause);
    } else if (isFenced(cause)) {
      return failure(
          "sink-fenced",
          "another run of this query has taken over, or the transaction lasted longer than its"
              + " timeout, while "
              + doing
              + "; nothing of this batch is visible. Let only one run use a checkpoint, or raise"
              + " 'kafka.transaction.timeout.ms'",
          cause);
    } else if (cause instanceof InvalidTxnTimeoutException) {
      return failure(
          "invalid-option-value",
          "the brokers at '"
              + servers
              + "' do not allow so long a 'kafka.transaction.timeout.ms'; lower it, or raise the"
              + " brokers' 'transaction.max.timeout.ms'",
          cause);
    } else if (cause instanceof RecordTooLargeException) {
      return failure(
          "record-too-large",
          doing
              + " failed: "
              + cause.getMessage()
              + "; raise 'kafka.max.request.size' and the topic's 'max.message.bytes'",
          cause);
    } else if (cause instanceof UnsupportedVersionException) {
      return failure(
          "broker-too-old",
          doing + " is not supported by the brokers: " + cause.getMessage(),
          cause);
    }
    String message = cause.getMessage();
    if (message != null && message.contains("TxnOffsetCommitResponse: Topic authorization")) {
      // The client has no kind of failure for this answer.
      return notAuthorized(
          "what is read of the topic, where a batch's number is kept (READ)", doing, cause);
    }
    return failure(
        "kafka-failed",
        doing + " failed: " + (message == null ? cause.getClass().getSimpleName() : message),
        cause);
  }

  private static boolean isFenced(Throwable cause) {
    return cause instanceof ProducerFencedException
        || cause instanceof InvalidProducerEpochException;
  }

  /** Whether the brokers take nothing more of this transaction: each says it in its own way. */
  static boolean isUndone(Throwable failure) {
    Throwable cause = cause(failure);
    return isFenced(cause)
        || cause instanceof InvalidTxnStateException
        || cause instanceof TransactionAbortableException;
  }

  /** A batch that comes again comes as large as it was. */
  PipelineException tooLong(long epochId, long timeoutMillis, Throwable cause) {
    String back =
        epochId == 0
            ? "begin with a new checkpointLocation"
            : "take the checkpoint back ('runner checkpoint rewind FOLDER --to "
                + (epochId - 1)
                + "')";
    return failure(
        "transaction-too-long",
        "batch "
            + epochId
            + " took longer than a transaction may last, "
            + timeoutMillis
            + " milliseconds, and the brokers have undone it; nothing of it is visible, and it would"
            + " take as long again. Make batches smaller with 'maxOffsetsPerTrigger',"
            + " 'maxFilesPerTrigger' or the like at the source, and "
            + back
            + "; or raise 'kafka.transaction.timeout.ms', and the brokers'"
            + " 'transaction.max.timeout.ms' which bounds it; or set 'delivery: at-least-once'",
        cause);
  }

  private PipelineException notAuthorized(String what, String doing, Throwable cause) {
    return failure(
        "not-authorized",
        "the Kafka brokers at '"
            + servers
            + "' do not allow "
            + doing
            + ": no access to "
            + what
            + "; let their ACLs allow it for this user",
        cause);
  }
}
