package dev.sluice.connectors.hadoop.client;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;

/** What Hadoop throws, as what a file system says. */
final class HdfsErrors {
  private HdfsErrors() {}

  /** True if a name is taken. */
  static boolean isTaken(IOException e) {
    return unwrapped(e) instanceof org.apache.hadoop.fs.FileAlreadyExistsException;
  }

  static IOException of(String location, IOException e) {
    if (e instanceof FileSystemException) {
      return e;
    }
    IOException cause = unwrapped(e);
    IOException said;
    if (cause instanceof FileNotFoundException || cause instanceof ParentNotDirectoryException) {
      said = new NoSuchFileException(location);
    } else if (cause instanceof org.apache.hadoop.fs.FileAlreadyExistsException) {
      said = new FileAlreadyExistsException(location);
    } else if (cause instanceof AccessControlException) {
      // The name node tells user, right and path.
      said =
          new AccessDeniedException(
              location,
              null,
              firstLine(cause)
                  + "; give that user the right (hdfs dfs -chown, -chmod, -setfacl), or go as"
                  + " another: 'hadoop.user.name', with Kerberos 'sluice.kerberos.principal'");
    } else if (cause instanceof PathIsNotEmptyDirectoryException) {
      said = new FileSystemException(location, null, "the folder is not empty");
    } else {
      said = new FileSystemException(location, null, firstLine(cause));
    }
    said.initCause(e);
    return said;
  }

  private static IOException unwrapped(IOException e) {
    return e instanceof RemoteException remote ? remote.unwrapRemoteException() : e;
  }

  /** Messages of the name node carry its stack trace behind the first line. */
  static String firstLine(IOException e) {
    String message = e.getMessage();
    if (message == null || message.isBlank()) {
      return e.getClass().getSimpleName();
    }
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    // The client names a page of its project, where we can name the remedy.
    int link = line.indexOf("; For more details see:");
    return link < 0
        ? line
        : line.substring(0, link) + "; see that the name node runs and can be reached from here";
  }
}
