package dev.sluice.connectors.hadoop.client;

import dev.sluice.operators.io.UriPaths;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.security.PrivilegedExceptionAction;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.security.UserGroupInformation;

/** One connection for each name node. Thread-safe. */
final class FileSystems implements AutoCloseable {
  /** Of the requests to all of them. */
  final NameNodeRetries retries = new NameNodeRetries();

  private final Configuration configuration;
  private final UserGroupInformation user;
  private final Map<String, DistributedFileSystem> open = new HashMap<>();

  FileSystems(Configuration configuration, UserGroupInformation user) {
    this.configuration = configuration;
    this.user = user;
  }

  /** The file system of a location {@code hdfs://authority/path}. */
  synchronized DistributedFileSystem of(String location) throws IOException {
    String authority = location.substring(0, UriPaths.pathStart(location));
    DistributedFileSystem known = open.get(authority);
    if (known != null) {
      return known;
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(FileSystems.class.getClassLoader());
    try {
      FileSystem made = user.doAs(connecting(authority));
      if (!(made instanceof DistributedFileSystem system)) {
        made.close();
        throw new FileSystemException(
            location, null, "'" + authority + "' is not HDFS but " + made.getScheme());
      }
      open.put(authority, system);
      return system;
    } catch (IllegalArgumentException e) {
      throw new FileSystemException(location, null, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private PrivilegedExceptionAction<FileSystem> connecting(String authority) {
    return () -> {
      URI uri =
          authority.endsWith("://")
              ? FileSystem.getDefaultUri(configuration)
              : URI.create(authority + "/");
      return FileSystem.newInstance(uri, configuration);
    };
  }

  @Override
  public synchronized void close() {
    for (DistributedFileSystem system : open.values()) {
      try {
        system.close();
      } catch (IOException e) {
        // Nothing is written any more; the connection goes with the process.
      }
    }
    open.clear();
  }
}
