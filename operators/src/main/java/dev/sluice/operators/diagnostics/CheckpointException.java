package dev.sluice.operators.diagnostics;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint, or a log that belongs to it, is damaged or does not fit the pipeline: nothing was
 * read or written. Exit code 4.
 */
public class CheckpointException extends PipelineException {
  private static final String DAMAGED = "checkpoint-damaged";
  private static final String REMEDY =
      "; restore it from a copy, or start with a new checkpointLocation";

  private final SourcePosition at;

  public CheckpointException(String code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
    this.at = SourcePosition.NOWHERE;
  }

  /**
   * @param at what of the pipeline file does not fit; {@link SourcePosition#NOWHERE} if that cannot
   *     be said
   */
  public CheckpointException(String code, SourcePosition at, String message) {
    super(code, message);
    this.at = at;
  }

  public CheckpointException(String code, String message) {
    this(code, message, null);
  }

  /** As a problem of the pipeline file. */
  public Problem problem() {
    String message = String.valueOf(getMessage());
    return new Problem(Problem.Severity.ERROR, code(), at, message, Optional.empty());
  }

  /** True if a file cannot be read for what it is: a crash or a disk may have spoilt it. */
  public boolean isDamage() {
    return code().equals(DAMAGED);
  }

  /** A file that cannot be what was once written; {@code what} says where one sees it. */
  public static CheckpointException damaged(
      String location, String what, @Nullable Throwable cause) {
    return new CheckpointException(
        DAMAGED, "the checkpoint file '" + location + "' is damaged: " + what + REMEDY, cause);
  }

  public static CheckpointException damaged(String location, String what) {
    return damaged(location, what, null);
  }

  /** A file that must be there; {@code why} says how one knows. */
  public static CheckpointException missing(String location, String why) {
    return new CheckpointException(
        "checkpoint-incomplete",
        "the checkpoint file '" + location + "' is missing: " + why + REMEDY);
  }

  /** A file whole in itself, in a form that is not known here. */
  public static CheckpointException newer(String location, String version) {
    return new CheckpointException(
        "checkpoint-version",
        "the checkpoint file '"
            + location
            + "' has the version '"
            + version
            + "', which this release cannot read; use the release that wrote it, or start with a"
            + " new checkpointLocation");
  }

  /**
   * The exception for a file whose first line is not one of the versions that are known here: newer
   * if it is a version at all, else damaged.
   */
  public static CheckpointException version(String location, String firstLine, String known) {
    return isVersion(firstLine)
        ? newer(location, firstLine)
        : damaged(location, "its first line is not " + known);
  }

  /** True for {@code v1}, {@code v2} and so on. */
  public static boolean isVersion(String firstLine) {
    return firstLine.length() > 1
        && firstLine.length() < 6
        && firstLine.charAt(0) == 'v'
        && firstLine.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
  }
}
