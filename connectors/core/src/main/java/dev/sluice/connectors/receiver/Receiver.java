package dev.sluice.connectors.receiver;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Retried;
import java.util.List;

/** A connection from which things come by themselves. */
public interface Receiver extends AutoCloseable {
  /** Connects, and gives in whatever comes from now on. Called once, by the loop's thread. */
  void start(Inbox inbox);

  /** For people: the address. */
  String description();

  /** How often it connected again, by itself. */
  default Retried retried() {
    return Retried.NEVER;
  }

  /**
   * Ends the connections. What was given in is told by now, and nothing more is taken; an
   * implementation sees that answers under way still go out.
   */
  @Override
  void close();

  /** Takes what comes. Thread-safe. */
  interface Inbox {
    /**
     * Takes one thing; waits while too much waits to be kept.
     *
     * @param kept called once it is safe, on another thread: the sender may then be told
     * @throws InterruptedException when the source is closed: the thing was not taken. All that was
     *     taken before is told by then
     */
    default void accept(Received received, Runnable kept) throws InterruptedException {
      accept(List.of(received), kept);
    }

    /** Takes what was sent together, at least one thing: all of it, or nothing. */
    void accept(List<Received> together, Runnable kept) throws InterruptedException;

    /** Nothing will come any more, for this reason: the query fails. */
    void fail(PipelineException failure);
  }
}
