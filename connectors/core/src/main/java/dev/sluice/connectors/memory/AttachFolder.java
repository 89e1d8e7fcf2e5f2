package dev.sluice.connectors.memory;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where the sockets of a user's processes lie: {@code sluice} in the user's own folder for such
 * things ({@code XDG_RUNTIME_DIR}), else a folder of the user in that for temporary files.
 */
final class AttachFolder {
  static final String SUFFIX = ".sock";

  private static final Set<PosixFilePermission> OWN =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private AttachFolder() {}

  static Path path() {
    String told = System.getProperty("sluice.attach.folder");
    if (told != null) {
      return Path.of(told);
    }
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    return runtime != null && Files.isDirectory(Path.of(runtime))
        ? Path.of(runtime, "sluice")
        : Path.of(
            System.getProperty("java.io.tmpdir"), "sluice-" + System.getProperty("user.name"));
  }

  /** The folder, made if need be; fails if others may look into it. */
  static Path create() throws IOException {
    Path folder = path();
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWN));
    } catch (FileAlreadyExistsException e) {
      requirePrivate(folder);
    }
    return folder;
  }

  /** A folder in a place where all may write could be another user's trap. */
  static void requirePrivate(Path folder) throws IOException {
    boolean own =
        Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
                .getName()
                .equals(System.getProperty("user.name"))
            && OWN.containsAll(Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS));
    if (!own) {
      throw new IOException("'" + folder + "' is not this user's alone");
    }
  }
}
