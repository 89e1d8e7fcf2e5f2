package dev.sluice.runner.checkpoint;

import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStore;
import dev.sluice.runner.plan.CheckpointLockedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second run off a checkpoint. Released by {@link #close} and by the death of the process.
 */
public interface CheckpointLock extends AutoCloseable {
  @Override
  void close();

  /**
   * Throws {@link CheckpointLockedException} if another run has taken the checkpoint since. Called
   * before every step that would make this run's work count. Nothing can take a lock of the local
   * disk away.
   */
  default void requireHeld() throws IOException {}

  /**
   * Locks a checkpoint, or throws {@link CheckpointLockedException} at once if another run has it.
   * On the local disk the operating system keeps the lock, so that other processes are kept off and
   * a dead holder blocks nobody. On storage that machines share the lock is a lease ({@link
   * LeaseLock}).
   */
  static CheckpointLock take(FileStore files, String root) throws IOException {
    if (files.scheme().equals("file")) {
      files.makeFolder(root);
      return local(root);
    }
    return files.isShared()
        ? LeaseLock.take(files, root, Clock.SYSTEM, LeaseLock.Process.CURRENT)
        : ProcessLock.take(root);
  }

  /** The operating system's lock on the file {@code .lock}. */
  private static CheckpointLock local(String root) throws IOException {
    Path file = Path.of(root, ".lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another run in this very process; told below.
    } catch (IOException e) {
      release(channel);
      throw e;
    }
    if (lock == null) {
      String holder = holder(channel);
      channel.close();
      throw new CheckpointLockedException(
          "the checkpoint '"
              + root
              + "' is in use by another run"
              + (holder.isEmpty() ? "" : " (process " + holder + ")")
              + "; wait for it, stop it, or use another checkpointLocation");
    }
    try {
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      // An open channel would keep the lock for as long as the process lives.
      release(channel);
      throw e;
    }
    return () -> release(channel);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(20);
    channel.read(text, 0);
    return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).trim();
  }

  private static void release(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process at the latest.
    }
  }
}
