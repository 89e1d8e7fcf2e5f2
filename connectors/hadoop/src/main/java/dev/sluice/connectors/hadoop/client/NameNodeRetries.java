package dev.sluice.connectors.hadoop.client;

import dev.sluice.connectors.retry.Retries;
import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.ipc.RemoteException;

/**
 * Tries again what a name node could not do because it was going down or coming up. Hadoop's client
 * does so by itself for all that a name node says in an orderly way; what is left are failures
 * inside of it. How often that client tries it tells nobody: an answer that takes as long as its
 * pauses counts as one retry.
 */
final class NameNodeRetries {
  private static final RetryPolicy PATIENCE = RetryPolicy.times(9, 500, 4_000);

  /** Between two tries Hadoop's client waits for about a second; hardly an answer takes that. */
  private static final long LONG_MILLIS = 1_000;

  private final RetryTally tally = new RetryTally();
  private final Retries retries = new Retries(PATIENCE, Clock.SYSTEM, tally);

  @FunctionalInterface
  interface Request<T> {
    T send() throws IOException;
  }

  <T> T of(Request<T> request) throws IOException {
    return retries.<T, IOException>call(
        "a request to the name node",
        () -> timed(request),
        e ->
            e instanceof IOException io && isPassing(io)
                ? Optional.of(new Retries.Passing(HdfsErrors.firstLine(io)))
                : Optional.empty());
  }

  /** Once only; for what must not be sent twice. */
  <T> T timed(Request<T> request) throws IOException {
    long start = Clock.SYSTEM.nanos();
    T answer = request.send();
    long millis = (Clock.SYSTEM.nanos() - start) / 1_000_000;
    if (millis >= LONG_MILLIS) {
      tally.add("HDFS was away or busy, and answered after " + millis / 1000 + " s");
    }
    return answer;
  }

  Retried retried() {
    return tally.retried();
  }

  /** Errors of the JDK come from the inside of a server; its answers are exceptions of Hadoop. */
  static boolean isPassing(IOException e) {
    return e instanceof RemoteException remote
        && remote.getClassName() != null
        && remote.getClassName().startsWith("java.lang.");
  }
}
