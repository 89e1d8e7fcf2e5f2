package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.kinesis.Connection;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.PipelineException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.KmsThrottlingException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** What the SDK throws, as sentences that name the stream and what to do. */
final class Failures {
  private final String stream;
  private final String where;

  Failures(Options options) {
    this.stream = Connection.stream(options);
    this.where =
        options
            .find(Connection.ENDPOINT)
            .map(server -> " at '" + server.trim() + "'")
            .or(() -> Connection.region(options).map(region -> " in '" + region + "'"))
            .orElse("");
  }

  String stream() {
    return stream;
  }

  /** For people: the stream and where it is. */
  String place() {
    return "'" + stream + "'" + where;
  }

  PipelineException failure(String code, String sentence) {
    return new PipelineException(code, sentence);
  }

  PipelineException interrupted() {
    Thread.currentThread().interrupt();
    return failure("stopped", "the query was stopped while it waited for Kinesis");
  }

  /** True if the same request may succeed later. */
  static boolean isPassing(SdkException e) {
    if (e instanceof AwsServiceException service) {
      return service.isThrottlingException()
          || service instanceof LimitExceededException
          || service instanceof KmsThrottlingException
          || service.statusCode() >= 500;
    }
    return e instanceof RetryableException
        || e instanceof ApiCallTimeoutException
        || e instanceof ApiCallAttemptTimeoutException
        || e instanceof SdkClientException && e.getCause() instanceof java.io.IOException;
  }

  PipelineException of(String doing, SdkException e) {
    return new PipelineException(code(e), doing + " fails: " + inWords(e), e);
  }

  private static String code(SdkException e) {
    return e instanceof ResourceNotFoundException
        ? "unknown-stream"
        : isPassing(e) ? "kinesis-unreachable" : "kinesis-failed";
  }

  String inWords(SdkException e) {
    String here = place();
    if (e instanceof ResourceNotFoundException) {
      return "there is no stream " + here + "; create it, or correct its name or the region";
    }
    if (e instanceof AwsServiceException service) {
      String text =
          service.awsErrorDetails() == null
              ? String.valueOf(service.getMessage())
              : service.awsErrorDetails().errorCode()
                  + ": "
                  + service.awsErrorDetails().errorMessage();
      if (service.statusCode() == 401
          || service.statusCode() == 403
          || text.startsWith("AccessDenied")) {
        return "access to " + here + " is refused: " + text + "; see to the keys and the policy";
      }
      if (text.contains("timestampInMillis")) {
        return text + "; correct the time in 'initialPosition', or the clock of this machine";
      }
      if (text.contains("did not come from this stream") || text.startsWith("InvalidArgument")) {
        return text
            + "; if the stream was deleted and made anew, start with a new checkpointLocation";
      }
      return "Kinesis answers " + service.statusCode() + " for " + here + ": " + text;
    }
    String text = String.valueOf(e.getMessage());
    if (text.startsWith("Unable to load credentials")) {
      return "no credentials are found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile,"
          + " or 'awsAccessKey' and 'awsSecretKey'";
    }
    if (text.startsWith("Unable to load region")) {
      return "no region is known; add 'region: REGION', or set AWS_REGION";
    }
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root == e
        ? text
        : "no connection" + where + ": " + root + "; see that it runs and can be reached from here";
  }
}
