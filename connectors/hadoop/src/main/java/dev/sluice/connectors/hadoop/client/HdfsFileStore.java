package dev.sluice.connectors.hadoop.client;

import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.UriPaths;
import dev.sluice.operators.io.Uuids;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * Files on HDFS. One is written under a temporary name {@code .NAME.UUID.tmp}, synced to the disks
 * of the data nodes, closed, and renamed: there a rename is one step of the name node's journal,
 * and fails if the name is taken.
 */
final class HdfsFileStore implements FileStore {
  private final String scheme;
  private final FileSystems systems;

  HdfsFileStore(String scheme, FileSystems systems) {
    this.scheme = scheme;
    this.systems = systems;
  }

  @Override
  public String scheme() {
    return scheme;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  /** The path within its file system. */
  private static Path path(String location) {
    String path = location.substring(UriPaths.pathStart(location));
    // Of several arguments the constructor takes each as it is: nothing in it is an escape.
    return new Path(null, null, path.isEmpty() ? "/" : path);
  }

  private static String child(String directory, String name) {
    return directory.endsWith("/") ? directory + name : directory + "/" + name;
  }

  private static FileStatus status(String location, org.apache.hadoop.fs.FileStatus found) {
    return new FileStatus(
        location,
        found.isDirectory() ? 0 : found.getLen(),
        found.getModificationTime(),
        found.isDirectory());
  }

  @Override
  public List<FileStatus> list(String directory) throws IOException {
    DistributedFileSystem system = systems.of(directory);
    List<FileStatus> found = new ArrayList<>();
    try {
      Path folder = path(directory);
      RemoteIterator<org.apache.hadoop.fs.FileStatus> children =
          systems.retries.of(() -> system.listStatusIterator(folder));
      while (children.hasNext()) {
        org.apache.hadoop.fs.FileStatus child = children.next();
        String name = child.getPath().getName();
        boolean isFolderItself =
            child.isFile() && child.getPath().toUri().getPath().equals(folder.toUri().getPath());
        if (!isFolderItself && !(name.startsWith(".") && name.endsWith(".tmp"))) {
          found.add(status(child(directory, name), child));
        }
      }
    } catch (IOException e) {
      IOException said = HdfsErrors.of(directory, e);
      if (said instanceof NoSuchFileException) {
        return List.of();
      }
      throw said;
    }
    return found;
  }

  @Override
  public Optional<FileStatus> status(String location) throws IOException {
    try {
      DistributedFileSystem system = systems.of(location);
      return Optional.of(
          status(location, systems.retries.of(() -> system.getFileStatus(path(location)))));
    } catch (IOException e) {
      IOException said = HdfsErrors.of(location, e);
      if (said instanceof NoSuchFileException) {
        return Optional.empty();
      }
      throw said;
    }
  }

  @Override
  public FileInput open(String location) throws IOException {
    DistributedFileSystem system = systems.of(location);
    try {
      FSDataInputStream in = systems.retries.of(() -> system.open(path(location)));
      return new HdfsInput(
          location, in, systems.retries.of(() -> system.getFileStatus(path(location))).getLen());
    } catch (IOException e) {
      throw HdfsErrors.of(location, e);
    }
  }

  @Override
  public FileInput open(FileStatus file) throws IOException {
    String location = file.location();
    DistributedFileSystem system = systems.of(location);
    try {
      FSDataInputStream in = systems.retries.of(() -> system.open(path(location)));
      return new HdfsInput(location, in, file.length());
    } catch (IOException e) {
      throw HdfsErrors.of(location, e);
    }
  }

  @Override
  public FileOutput create(String location) throws IOException {
    DistributedFileSystem system = systems.of(location);
    Path target = path(location);
    Path temporary =
        new Path(target.getParent(), "." + target.getName() + "." + Uuids.random() + ".tmp");
    try {
      // The temporary name is ours alone: a try that came to nothing may be written over.
      FSDataOutputStream out = systems.retries.of(() -> system.create(temporary, true));
      return new HdfsOutput(location, system, systems.retries, out, temporary, target);
    } catch (IOException e) {
      throw HdfsErrors.of(location, e);
    }
  }

  @Override
  public void writeLoosely(String location, byte[] bytes) throws IOException {
    DistributedFileSystem system = systems.of(location);
    try (FSDataOutputStream out = systems.retries.of(() -> system.create(path(location), true))) {
      out.write(bytes);
    } catch (IOException e) {
      throw HdfsErrors.of(location, e);
    }
  }

  @Override
  public void delete(String location) throws IOException {
    DistributedFileSystem system = systems.of(location);
    try {
      systems.retries.of(() -> system.delete(path(location), false));
    } catch (IOException e) {
      IOException said = HdfsErrors.of(location, e);
      if (!(said instanceof NoSuchFileException)) {
        throw said;
      }
    }
  }

  /** Asks the name node for the rights of the nearest folder that is there; writes nothing. */
  @Override
  public void requireWritable(String directory) throws IOException {
    DistributedFileSystem system = systems.of(directory);
    try {
      if (system.setSafeMode(SafeModeAction.GET)) {
        throw new FileSystemException(
            directory, null, "the name node is in safe mode, and takes no writes");
      }
      Path folder = path(directory);
      while (folder.getParent() != null && !system.exists(folder)) {
        folder = folder.getParent();
      }
      if (!system.getFileStatus(folder).isDirectory()) {
        throw new FileSystemException(directory, null, "'" + folder + "' is no folder");
      }
      system.access(folder, FsAction.WRITE_EXECUTE);
    } catch (IOException e) {
      throw HdfsErrors.of(directory, e);
    }
  }

  @Override
  public void move(String from, String to) throws IOException {
    DistributedFileSystem system = systems.of(from);
    if (system != systems.of(to)) {
      throw new FileSystemException(to, null, "it lies on another name node than '" + from + "'");
    }
    try {
      system.mkdirs(path(to).getParent());
      system.rename(path(from), path(to), Options.Rename.NONE);
    } catch (IOException e) {
      throw HdfsErrors.of(HdfsErrors.isTaken(e) ? to : from, e);
    }
  }

  @Override
  public Retried retried(String location) {
    return systems.retries.retried();
  }

  @Override
  public String toUri(String location) {
    int path = UriPaths.pathStart(location);
    return location.substring(0, path) + UriPaths.quote(location.substring(path));
  }

  @Override
  public String fromUri(String uri) {
    int path = UriPaths.pathStart(uri);
    return uri.substring(0, path) + UriPaths.unquote(uri.substring(path));
  }

  private static final class HdfsInput implements FileInput {
    private final String location;
    private final FSDataInputStream in;
    private final long length;

    HdfsInput(String location, FSDataInputStream in, long length) {
      this.location = location;
      this.in = in;
      this.length = length;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public int read(long position, byte[] into, int offset, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      if (position >= length) {
        return -1;
      }
      try {
        // Reading on costs nothing; a jump within what is buffered neither.
        in.seek(position);
        return in.read(into, offset, (int) Math.min(count, length - position));
      } catch (EOFException e) {
        return -1;
      } catch (IOException e) {
        throw HdfsErrors.of(location, e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
