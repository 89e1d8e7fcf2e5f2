package dev.sluice.connectors.hadoop.client;

import dev.sluice.operators.io.FileOutput;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DFSOutputStream;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsFileStatus;

/** A file under its temporary name, until the commit renames it. */
final class HdfsOutput implements FileOutput {
  private static final long UNKNOWN = -1;

  private final String location;
  private final DistributedFileSystem system;
  private final NameNodeRetries retries;
  private final FSDataOutputStream out;
  private final Path temporary;
  private final Path target;

  /** The number that the file keeps under every name. */
  private final long fileId;

  private long position;
  private boolean sealed;
  private boolean committed;

  HdfsOutput(
      String location,
      DistributedFileSystem system,
      NameNodeRetries retries,
      FSDataOutputStream out,
      Path temporary,
      Path target) {
    this.location = location;
    this.system = system;
    this.retries = retries;
    this.out = out;
    this.temporary = temporary;
    this.target = target;
    this.fileId = out.getWrappedStream() instanceof DFSOutputStream dfs ? dfs.getFileId() : UNKNOWN;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
      position += length;
    } catch (IOException e) {
      throw HdfsErrors.of(location, e);
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void seal() throws IOException {
    if (sealed) {
      return;
    }
    try {
      retries.of(
          () -> {
            out.hsync();
            return true;
          });
      retries.timed(
          () -> {
            out.close();
            return true;
          });
      sealed = true;
    } catch (IOException e) {
      throw HdfsErrors.of(location, e);
    }
  }

  @Override
  public void commit() throws IOException {
    seal();
    try {
      retries.of(this::rename);
      committed = true;
    } catch (IOException e) {
      throw HdfsErrors.of(location, e);
    }
  }

  /** A rename whose answer got lost is known by the number of the file that is there. */
  private boolean rename() throws IOException {
    try {
      system.rename(temporary, target, Options.Rename.NONE);
      return true;
    } catch (IOException e) {
      if (NameNodeRetries.isPassing(e)) {
        throw e;
      }
      if (isOursThere()) {
        return true;
      }
      throw HdfsErrors.isTaken(e) ? new FileAlreadyExistsException(location) : e;
    }
  }

  private boolean isOursThere() throws IOException {
    try {
      return fileId != UNKNOWN
          && retries.of(() -> system.getFileStatus(target)) instanceof HdfsFileStatus there
          && there.getFileId() == fileId;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    if (committed) {
      return;
    }
    try {
      if (!sealed) {
        out.close();
      }
    } catch (IOException e) {
      // What was not written well goes now.
    }
    try {
      retries.of(() -> system.delete(temporary, false));
    } catch (IOException e) {
      throw HdfsErrors.of(location, e);
    }
  }
}
