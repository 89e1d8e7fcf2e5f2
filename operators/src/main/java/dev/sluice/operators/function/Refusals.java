package dev.sluice.operators.function;

import dev.sluice.operators.data.Room;
import dev.sluice.operators.expression.EvaluationException;

/** What a kernel could not do for want of memory or stack, as a failure of the query in words. */
public final class Refusals {
  /** A batch of fewer rows may do where this is the error. */
  public static final String TOO_LARGE = "RESULT_TOO_LARGE";

  private Refusals() {}

  /** For the call of a function that failed so. */
  public static EvaluationException of(String function, Error e) {
    if (e instanceof OutOfMemoryError) {
      return tooLarge(function);
    }
    return new EvaluationException(
        "STACK_OVERFLOW", "the values given to '" + function + "' are nested too deeply", 0);
  }

  /** For a result that would take more room than there is. */
  public static EvaluationException tooLarge(String function) {
    return new EvaluationException(
        TOO_LARGE,
        "what '"
            + function
            + "' makes of a row, or of a batch of rows, is larger than "
            + (Room.BYTES >> 20)
            + " MiB, a quarter of the heap",
        0);
  }
}
