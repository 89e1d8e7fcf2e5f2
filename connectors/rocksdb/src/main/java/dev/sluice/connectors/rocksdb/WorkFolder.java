package dev.sluice.connectors.rocksdb;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Temporary folders that carry the number of their process in their name, so that those which a
 * killed process has left can be told from those in use. A number comes again, in containers that
 * share a folder even at the same time; so what counts is the lock that the store holds on a file
 * of its folder, once it has one.
 */
public final class WorkFolder {
  private static final String PREFIX = "sluice-state-";

  /** The file that RocksDB locks. */
  private static final String LOCK = "LOCK";

  private static final Duration SETTLED = Duration.ofMinutes(1);

  // To lock a file of one's own and let it go would take the store's lock away.
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private WorkFolder() {}

  /** A new folder, which only the user may read, after those left behind have been removed. */
  public static Path create(Path parent) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        long process = process(folder.getFileName().toString());
        if (process >= 0 && !OWN.contains(folder) && isLeft(folder, process)) {
          removeIfOurs(folder);
        }
      }
    }
    Path made = Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-");
    OWN.add(made);
    return made;
  }

  private static boolean isLeft(Path folder, long process) {
    boolean lives = ProcessHandle.of(process).isPresent();
    Path lock = folder.resolve(LOCK);
    try {
      if (isYoung(lock) && lives) {
        // Just being opened, perhaps.
        return false;
      }
      try (FileChannel file = FileChannel.open(lock, StandardOpenOption.WRITE)) {
        return file.tryLock() != null;
      }
    } catch (NoSuchFileException e) {
      // A process of another container has no number here, and may be about to lock it.
      return !lives && !isYoung(folder);
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  private static boolean isYoung(Path path) {
    try {
      return Files.getLastModifiedTime(path).toInstant().isAfter(Instant.now().minus(SETTLED));
    } catch (IOException e) {
      // It is gone, or will not be removed either.
      return false;
    }
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
    OWN.remove(folder);
  }
}
