package dev.sluice.connectors.s3.client;

import dev.sluice.operators.io.RetryTally;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Counts the requests that the SDK sends again by itself. */
final class CountRetries implements ExecutionInterceptor {
  /** In which the SDK says which attempt a request is. */
  private static final String ATTEMPT = "amz-sdk-request";

  private static final ExecutionAttribute<Integer> STATUS =
      new ExecutionAttribute<>("sluice-last-status");

  private final RetryTally tally;

  CountRetries(RetryTally tally) {
    this.tally = tally;
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    String attempt = context.httpRequest().firstMatchingHeader(ATTEMPT).orElse("attempt=1");
    if (!attempt.startsWith("attempt=1;") && !attempt.equals("attempt=1")) {
      Integer status = attributes.getAttribute(STATUS);
      tally.add(
          context.httpRequest().method()
              + " "
              + context.httpRequest().getUri().getHost()
              + context.httpRequest().encodedPath()
              + ": "
              + (status == null ? "no answer" : "the server answered " + status));
    }
  }

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
    attributes.putAttribute(STATUS, context.httpResponse().statusCode());
  }
}
