package dev.sluice.connectors.rocksdb;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Temporary folders that carry the number of their process in their name, so that those which a
 * killed process has left can be told from those in use.
 */
public final class WorkFolder {
  private static final String PREFIX = "sluice-state-";

  private WorkFolder() {}

  /** A new folder, which only the user may read, after those left behind have been removed. */
  public static Path create(Path parent) throws IOException {
    long own = ProcessHandle.current().pid();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        long process = process(folder.getFileName().toString());
        if (process >= 0 && process != own && ProcessHandle.of(process).isEmpty()) {
          removeIfOurs(folder);
        }
      }
    }
    return Files.createTempDirectory(parent, PREFIX + own + "-");
  }

  private static long process(String name) {
    int end = name.indexOf('-', PREFIX.length());
    if (end < 0) {
      return -1;
    }
    try {
      return Long.parseLong(name, PREFIX.length(), end, 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static void removeIfOurs(Path folder) {
    try {
      remove(folder);
    } catch (IOException e) {
      // Another user's, or another process is removing it: not needed here.
    }
  }

  /** With all that is in it. */
  public static void remove(Path folder) throws IOException {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // Gone already.
    }
  }
}
