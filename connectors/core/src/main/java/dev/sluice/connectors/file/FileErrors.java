package dev.sluice.connectors.file;

import dev.sluice.connectors.bytes.Unreadable;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What the file system says, in words. */
final class FileErrors {
  private FileErrors() {}

  /** Why an operation failed, without the path, which the sentence around it names. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException denied && denied.getReason() == null) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "it exists already";
    }
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return lowerFirst(system.getReason());
    }
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
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
    String reason =
        e instanceof IOException io
            ? reason(io)
            : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return Unreadable.file(location, reason, e);
  }

  /** Output that cannot be written. */
  static PipelineException unwritable(String location, IOException e) {
    return new PipelineException(
        "file-unwritable", "cannot write '" + location + "': " + reason(e), e);
  }
}
