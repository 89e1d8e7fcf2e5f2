package dev.sluice.operators.io;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The local disk. Files are written under a temporary name {@code .NAME.UUID.tmp}, synced, and
 * linked into place.
 */
public final class LocalFileStore implements FileStore {
  private final Disk disk;

  /** Folders in which the name of each folder that was found or made there is durable. */
  private final Set<Path> settled = ConcurrentHashMap.newKeySet();

  /** How what the system holds in memory gets to the disk itself. */
  interface Disk {
    /** The bytes of a file that is open for writing. */
    void sync(FileChannel channel, Path file) throws IOException;

    /** The names in a folder. */
    void sync(Path folder) throws IOException;
  }

  private enum RealDisk implements Disk {
    INSTANCE;

    @Override
    public void sync(FileChannel channel, Path file) throws IOException {
      channel.force(true);
    }

    @Override
    public void sync(Path folder) throws IOException {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  public LocalFileStore() {
    this(RealDisk.INSTANCE);
  }

  LocalFileStore(Disk disk) {
    this.disk = disk;
  }

  @Override
  public String scheme() {
    return "file";
  }

  /** Names that the file system cannot have are told like files that it cannot open. */
  private static Path path(String location) throws IOException {
    try {
      return Path.of(location);
    } catch (InvalidPathException e) {
      throw new FileSystemException(location, null, "no possible name: " + e.getReason());
    }
  }

  @Override
  public List<FileStatus> list(String directory) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path(directory))) {
      for (Path child : children) {
        String name = child.getFileName().toString();
        if (name.startsWith(".") && name.endsWith(".tmp")) {
          continue;
        }
        Optional<FileStatus> status = status(child);
        if (status.isPresent() && !(status.get().directory() && leadsBack(child))) {
          found.add(status.get());
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    return found;
  }

  /** True for a link to a folder above: who followed it would never come to an end. */
  private static boolean leadsBack(Path folder) throws IOException {
    if (!Files.isSymbolicLink(folder)) {
      return false;
    }
    Path target = folder.toRealPath();
    for (Path above = folder.toAbsolutePath().getParent();
        above != null;
        above = above.getParent()) {
      if (above.toRealPath().equals(target)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<FileStatus> status(String location) throws IOException {
    return status(path(location));
  }

  /** Asks the nearest folder that is there: the others would be made in it. */
  @Override
  public void requireWritable(String directory) throws IOException {
    Path folder = path(directory).toAbsolutePath();
    while (folder.getParent() != null && !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      folder = folder.getParent();
    }
    if (!Files.isDirectory(folder)) {
      throw new FileSystemException(directory, null, "'" + folder + "' is no folder");
    }
    if (!Files.isWritable(folder)) {
      throw new AccessDeniedException(
          directory, null, "no permission to write in '" + folder + "'");
    }
  }

  private static Optional<FileStatus> status(Path path) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return Optional.of(
          new FileStatus(
              path.toString(),
              attributes.size(),
              attributes.lastModifiedTime().toMillis(),
              attributes.isDirectory()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      // A link that leads to itself leads nowhere. Some JDKs tell so of what would lie below a
      // file.
      if (Files.isSymbolicLink(path)
          || path.getParent() != null && Files.isRegularFile(path.getParent())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public FileInput open(String location) throws IOException {
    FileChannel channel = FileChannel.open(path(location), StandardOpenOption.READ);
    return new FileInput() {
      @Override
      public long length() throws IOException {
        return channel.size();
      }

      @Override
      public int read(long position, byte[] into, int offset, int length) throws IOException {
        try {
          return channel.read(ByteBuffer.wrap(into, offset, length), position);
        } catch (IOException e) {
          throw named(location, e);
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public FileOutput create(String location) throws IOException {
    Path target = path(location);
    Path directory = parentOf(target);
    createDirectories(directory);
    Path temporary = directory.resolve("." + target.getFileName() + "." + Uuids.random() + ".tmp");
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return new LocalFileOutput(disk, channel, temporary, target, directory);
  }

  @Override
  public void delete(String location) throws IOException {
    Files.deleteIfExists(path(location));
  }

  @Override
  public void move(String from, String to) throws IOException {
    Path target = path(to);
    createDirectories(parentOf(target));
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(to);
    }
    Files.move(path(from), target);
  }

  @Override
  public void writeLoosely(String location, byte[] bytes) throws IOException {
    Files.write(path(location), bytes);
  }

  @Override
  public String toUri(String location) {
    String path = Path.of(location).toAbsolutePath().normalize().toString();
    return "file://" + UriPaths.quote(path);
  }

  @Override
  public String fromUri(String uri) {
    return URI.create(uri).getPath();
  }

  /** What the system says of an open file is told without its name. */
  private static IOException named(String location, IOException e) {
    if (e.getClass() != IOException.class) {
      return e;
    }
    FileSystemException named = new FileSystemException(location, null, e.getMessage());
    named.initCause(e);
    return named;
  }

  private static Path parentOf(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("'" + target + "' is not the path of a file");
    }
    return parent;
  }

  @Override
  public void makeFolder(String directory) throws IOException {
    createDirectories(path(directory).toAbsolutePath());
  }

  @Override
  public void settle(String directory) throws IOException {
    Path folder = path(directory);
    if (Files.isDirectory(folder)) {
      sync(disk, folder);
    }
  }

  private static void sync(Disk disk, Path folder) throws IOException {
    try {
      disk.sync(folder);
    } catch (IOException e) {
      throw named(folder.toString(), e);
    }
  }

  private void createDirectories(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null && !(Files.isDirectory(directory) && settled.contains(parent))) {
      createDirectory(directory, parent);
    }
  }

  private synchronized void createDirectory(Path directory, Path parent) throws IOException {
    if (Files.isDirectory(directory)) {
      // Found: whoever made it may have died before its name was on the disk.
      if (!settled.contains(parent)) {
        try {
          sync(disk, parent);
        } catch (AccessDeniedException e) {
          // It lies where we could not have made it.
        } catch (IOException e) {
          // The name of a mount point is not on the disk of the folder that it lies in, which may
          // be none at all.
          if (Files.getFileStore(directory).equals(Files.getFileStore(parent))) {
            throw e;
          }
        }
        settled.add(parent);
      }
      return;
    }
    createDirectories(parent);
    // Who finds it from now on waits until its name is on the disk.
    settled.remove(parent);
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    sync(disk, parent);
    settled.add(parent);
  }

  private static final class LocalFileOutput implements FileOutput {
    private final Disk disk;
    private final FileChannel channel;
    private final Path temporary;
    private final Path target;
    private final Path directory;
    private long position;

    LocalFileOutput(Disk disk, FileChannel channel, Path temporary, Path target, Path directory) {
      this.disk = disk;
      this.channel = channel;
      this.temporary = temporary;
      this.target = target;
      this.directory = directory;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      try {
        while (buffer.hasRemaining()) {
          position += channel.write(buffer);
        }
      } catch (IOException e) {
        throw named(target.toString(), e);
      }
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void seal() throws IOException {
      if (channel.isOpen()) {
        try {
          disk.sync(channel, temporary);
        } catch (IOException e) {
          throw named(target.toString(), e);
        }
        channel.close();
      }
    }

    @Override
    public void commit() throws IOException {
      seal();
      // A hard link, unlike a rename, fails when the name is taken.
      Files.createLink(target, temporary);
      Files.delete(temporary);
      sync(disk, directory);
    }

    @Override
    public void close() throws IOException {
      channel.close();
      Files.deleteIfExists(temporary);
    }
  }
}
