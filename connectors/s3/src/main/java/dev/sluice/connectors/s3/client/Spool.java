package dev.sluice.connectors.s3.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * Bytes that wait to be sent: a few in memory, many in a file, so that a hundred open files do not
 * fill the heap. The file has no name: it goes with the process. Not thread-safe.
 */
final class Spool implements Closeable {
  private static final int IN_MEMORY = 256 << 10;

  private final @Nullable Path folder;
  private byte[] memory = new byte[8 << 10];
  private int held;
  private @Nullable FileChannel file;
  private long inFile;

  /** {@code folder} null stands for the system's folder of temporary files. */
  Spool(@Nullable Path folder) {
    this.folder = folder;
  }

  long size() {
    return inFile + held;
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    if (held + length > IN_MEMORY) {
      flush();
      if (length > IN_MEMORY) {
        append(ByteBuffer.wrap(bytes, offset, length));
        return;
      }
    }
    if (held + length > memory.length) {
      memory = Arrays.copyOf(memory, Math.min(IN_MEMORY, Math.max(held + length, held * 2)));
    }
    System.arraycopy(bytes, offset, memory, held, length);
    held += length;
  }

  private void flush() throws IOException {
    append(ByteBuffer.wrap(memory, 0, held));
    held = 0;
  }

  private void append(ByteBuffer bytes) throws IOException {
    FileChannel channel = file;
    if (channel == null) {
      Path path =
          folder == null
              ? Files.createTempFile("sluice-", ".part")
              : Files.createTempFile(Files.createDirectories(folder), "sluice-", ".part");
      channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      file = channel;
      Files.delete(path);
    }
    while (bytes.hasRemaining()) {
      inFile += channel.write(bytes, inFile);
    }
  }

  /** All that waits, as often as it must be sent. */
  RequestBody body() throws IOException {
    FileChannel channel = file;
    if (channel == null) {
      return RequestBody.fromBytes(Arrays.copyOf(memory, held));
    }
    flush();
    return RequestBody.fromContentProvider(
        () -> new Region(channel, inFile), inFile, "application/octet-stream");
  }

  /** Everything was sent; what is written now comes after it. */
  void clear() {
    held = 0;
    inFile = 0;
  }

  @Override
  public void close() throws IOException {
    memory = new byte[0];
    held = 0;
    if (file != null) {
      file.close();
    }
  }

  /** The beginning of a file as a stream; marks are kept for a client that sends again. */
  private static final class Region extends InputStream {
    private final FileChannel channel;
    private final long length;
    private long position;
    private long mark;

    Region(FileChannel channel, long length) {
      this.channel = channel;
      this.length = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      if (position >= length) {
        return count == 0 ? 0 : -1;
      }
      int most = (int) Math.min(count, length - position);
      int read = channel.read(ByteBuffer.wrap(into, offset, most), position);
      position += Math.max(0, read);
      return read;
    }

    @Override
    public boolean markSupported() {
      return true;
    }

    @Override
    public synchronized void mark(int limit) {
      mark = position;
    }

    @Override
    public synchronized void reset() {
      position = mark;
    }
  }
}
