package dev.sluice.operators.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;

/** Failures of storage in words for people: no Java names, and no path, which is told apart. */
public final class IoReasons {
  private IoReasons() {}

  /** Why an operation failed. */
  public static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException denied && denied.getReason() == null) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "it exists already";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the directory is not empty";
    }
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return lowerFirst(system.getReason());
    }
    String message = e.getMessage();
    return message == null || message.isBlank() ? "input or output failed" : message;
  }

  /** The same with the file that it happened to, where that is told and is another one. */
  public static String of(IOException e, String known) {
    return file(e).filter(file -> !file.equals(known)).map(file -> "'" + file + "': ").orElse("")
        + of(e);
  }

  /** Whether another place, or other rights, would help: the machine itself is well. */
  public static boolean isOfPlace(IOException e) {
    if (e.getCause() instanceof IOException cause && isOfPlace(cause)) {
      return true;
    }
    String reason = of(e).toLowerCase(Locale.ROOT);
    return e instanceof NoSuchFileException
        || e instanceof AccessDeniedException
        || reason.contains("not a directory")
        || reason.contains("permission denied")
        || reason.contains("operation not permitted")
        || reason.contains("read-only file system")
        || reason.contains("file name too long");
  }

  private static Optional<String> file(IOException e) {
    return e instanceof FileSystemException system
        ? Optional.ofNullable(system.getFile())
        : Optional.empty();
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
