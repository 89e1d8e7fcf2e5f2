package dev.sluice.connectors.file;

import dev.sluice.connectors.bytes.Unreadable;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.IoReasons;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** What the file system says, in words. */
final class FileErrors {
  private FileErrors() {}

  /** Why an operation failed, without the path, which the sentence around it names. */
  static String reason(IOException e) {
    return IoReasons.of(e);
  }

  /** A data file that cannot be read; its class as Spark names it. */
  static PipelineException unreadable(String location, Exception e) {
    if (e instanceof NoSuchFileException) {
      return new PipelineException(
          "FAILED_READ_FILE.FILE_NOT_EXIST",
          "the file '"
              + location
              + "' was listed but is gone; put it back, or set ignoreMissingFiles: true",
          e);
    }
    return Unreadable.file(location, reason(e), e);
  }

  static String reason(Exception e) {
    return e instanceof IOException io
        ? reason(io)
        : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Output that cannot be written. */
  static PipelineException unwritable(String location, IOException e) {
    return new PipelineException(
        "file-unwritable", "cannot write '" + location + "': " + reason(e), e);
  }
}
