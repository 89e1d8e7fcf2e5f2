package dev.sluice.connectors.bytes;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.IoReasons;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** A data file that is there and cannot be read, as Spark classes it. */
public final class Unreadable {
  private Unreadable() {}

  /** {@code reason} says why, without the location or with it. */
  public static PipelineException file(
      String location, @Nullable String reason, @Nullable Throwable cause) {
    // What a store says of a file of its own begins with the location, bare.
    String told = cause instanceof FileSystemException system ? IoReasons.of(system) : reason;
    String why = told == null || told.isBlank() ? "it is cut short" : told;
    return new PipelineException(
        "FAILED_READ_FILE.NO_HINT",
        "cannot read "
            + (why.contains(location) ? why : "'" + location + "': " + why)
            + (isBecauseOf(cause, AccessDeniedException.class)
                // A store that knows more has said so.
                ? why.contains("; ") ? "" : "; let this user read it"
                : "; repair or remove the file, or set ignoreCorruptFiles: true to pass over it"),
        cause);
  }

  /** Readers of formats may wrap what the store said, or what they found. */
  public static boolean isBecauseOf(
      @Nullable Throwable failure, Class<? extends Throwable> reason) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (reason.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
