package dev.sluice.connectors.s3.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the SDK throws, as what a file system says. */
final class S3Errors {
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;
  static final int PRECONDITION_FAILED = 412;
  static final int NO_SUCH_RANGE = 416;

  private S3Errors() {}

  /** The status of the answer; 0 if there was none. */
  static int status(SdkException e) {
    return e instanceof AwsServiceException service ? service.statusCode() : 0;
  }

  static IOException of(Bucket bucket, S3Location at, SdkException e) {
    String where = at.location();
    if (e instanceof AbortedException) {
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      return interrupted;
    }
    if (e instanceof AwsServiceException service) {
      String code = code(service);
      if (code.equals("NoSuchBucket")) {
        return caused(
            new FileSystemException(where, null, "there is no bucket '" + at.bucket() + "'"), e);
      }
      if (service.statusCode() == NOT_FOUND) {
        return caused(new NoSuchFileException(where), e);
      }
      if (service.statusCode() == 401 || service.statusCode() == 403) {
        return caused(
            new AccessDeniedException(
                where, null, "access refused by S3" + (code.isEmpty() ? "" : " (" + code + ")")),
            e);
      }
      return caused(
          new FileSystemException(
              where,
              null,
              "the server answers "
                  + service.statusCode()
                  + (code.isEmpty() ? "" : " " + code)
                  + (message(service).isEmpty() ? "" : ": " + message(service))),
          e);
    }
    return caused(new FileSystemException(where, null, inWords(bucket, e)), e);
  }

  private static String inWords(Bucket bucket, SdkException e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String text = String.valueOf(e.getMessage());
    if (text.startsWith("Unable to load credentials")) {
      return "no credentials found for S3; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a"
          + " profile, or fs.s3a.access.key and fs.s3a.secret.key under settings.hadoop";
    }
    String reason = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return root == e
        ? text
        : "no connection to S3"
            + bucket
                .s3()
                .serviceClientConfiguration()
                .endpointOverride()
                .map(server -> " at '" + server + "'")
                .orElse("")
            + ": "
            + reason
            + "; see that it runs and can be reached from here, and that 'fs.s3a.endpoint' is"
            + " right";
  }

  private static String code(AwsServiceException e) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
        ? ""
        : e.awsErrorDetails().errorCode();
  }

  private static String message(AwsServiceException e) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().errorMessage() == null
        ? ""
        : e.awsErrorDetails().errorMessage();
  }

  private static IOException caused(IOException e, Throwable cause) {
    e.initCause(cause);
    return e;
  }
}
