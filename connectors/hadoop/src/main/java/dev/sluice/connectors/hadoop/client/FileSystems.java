package dev.sluice.connectors.hadoop.client;

import dev.sluice.operators.io.UriPaths;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.UnknownHostException;
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
  private final Configuration ofServices;
  private final UserGroupInformation user;
  private final Map<String, DistributedFileSystem> open = new HashMap<>();

  /** {@code ofServices} stands for name services, which have more than one name node. */
  FileSystems(Configuration configuration, Configuration ofServices, UserGroupInformation user) {
    this.configuration = configuration;
    this.ofServices = ofServices;
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
            location,
            null,
            "'"
                + authority
                + "' leads to no name node but to '"
                + made.getUri()
                + "'; name it as in hdfs://HOST:8020/path, or set 'fs.defaultFS' in"
                + " settings.hadoop, or in core-site.xml in HADOOP_CONF_DIR");
      }
      open.put(authority, system);
      return system;
    } catch (IllegalArgumentException e) {
      throw new FileSystemException(location, null, told(authority, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** A name that is neither a host nor a name service comes from deep within. */
  private static String told(String authority, IllegalArgumentException e) {
    return e.getCause() instanceof UnknownHostException
        ? "there is no host and no name service '"
            + authority.substring(authority.indexOf("://") + 3)
            + "'; correct it, or set HADOOP_CONF_DIR, or 'dfs.nameservices' and what belongs to it"
            + " in settings.hadoop"
        : String.valueOf(e.getMessage());
  }

  private PrivilegedExceptionAction<FileSystem> connecting(String authority) {
    return () -> {
      URI uri =
          authority.endsWith("://")
              ? FileSystem.getDefaultUri(configuration)
              : URI.create(authority + "/");
      boolean isService =
          uri.getHost() != null
              && configuration.get("dfs.client.failover.proxy.provider." + uri.getHost()) != null;
      return FileSystem.newInstance(uri, isService ? ofServices : configuration);
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
