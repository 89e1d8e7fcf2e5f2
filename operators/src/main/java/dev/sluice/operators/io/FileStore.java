package dev.sluice.operators.io;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * File operations on one kind of storage (local disk, HDFS, S3). There is no rename: a file comes
 * into being whole, or not at all. Thread-safe. Locations are absolute paths (local) or URIs, with
 * {@code /} between components.
 */
public interface FileStore {
  /** The scheme it serves: {@code file}, {@code hdfs}, {@code s3a}. */
  String scheme();

  /**
   * The children of a directory in no particular order, without those being written and without
   * links to folders above; empty when there is no such directory.
   */
  List<FileStatus> list(String directory) throws IOException;

  Optional<FileStatus> status(String location) throws IOException;

  /** Opens for random access. Throws {@link java.nio.file.NoSuchFileException} when absent. */
  FileInput open(String location) throws IOException;

  /**
   * Opens a file as it was listed, without asking again what the listing told. Where a store relies
   * on that, a file that is gone, or is another by now, may come to light only as it is read.
   */
  default FileInput open(FileStatus file) throws IOException {
    return open(file.location());
  }

  /**
   * Begins a file that will appear at {@code location} on {@link FileOutput#commit}, which fails
   * with {@link java.nio.file.FileAlreadyExistsException} if something is there by then. Missing
   * parent directories are made.
   */
  FileOutput create(String location) throws IOException;

  /** Removes a file or an empty directory; nothing happens when absent. */
  void delete(String location) throws IOException;

  /**
   * Moves a file, for {@code cleanSource: archive} only, making parent directories; never onto an
   * existing file.
   */
  void move(String from, String to) throws IOException;

  /** Makes a directory with those above it, where the storage has any; durable on return. */
  default void makeFolder(String directory) throws IOException {}

  /**
   * Makes the names in a directory durable, as far as they can be lost: where an earlier process
   * died, or failed, between making a file and making its name durable, the file can be found and
   * yet be gone after a power cut. To be called before what was found there is gone by.
   */
  default void settle(String directory) throws IOException {}

  /**
   * True if machines share it, so that no lock of an operating system keeps two processes apart.
   */
  default boolean isShared() {
    return false;
  }

  /** The whole file. */
  default byte[] readAll(String location) throws IOException {
    try (FileInput in = open(location)) {
      byte[] bytes = new byte[Math.toIntExact(in.length())];
      in.readFully(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /** Writes a small file whole; fails if it is there already. Durable on return. */
  default void write(String location, byte[] bytes) throws IOException {
    try (FileOutput out = create(location)) {
      out.write(bytes, 0, bytes.length);
      out.commit();
    }
  }

  /**
   * Writes a small file in the place of what is there. Neither whole nor durable after a crash:
   * only for what can be done without.
   */
  default void writeLoosely(String location, byte[] bytes) throws IOException {
    delete(location);
    write(location, bytes);
  }

  /**
   * Fails unless files can be made in a directory, which need not be there yet. Leaves nothing
   * behind. By default a file is begun and given up.
   */
  default void requireWritable(String directory) throws IOException {
    FileOutput probe = create(directory + "/.sluice-probe-" + Uuids.random());
    probe.close();
  }

  /**
   * Fails if the server of a directory lets a file be created that is there already, on which every
   * promise of {@link #create} rests. Leaves nothing behind; does nothing where the kind of storage
   * leaves servers no choice.
   */
  default void requireExclusive(String directory) throws IOException {}

  /** How often requests to the server of a location were tried again. */
  default Retried retried(String location) {
    return Retried.NEVER;
  }

  /**
   * The form that Spark's logs use: a URI with scheme, percent-encoded ({@code
   * file:///data/a%20b.csv}).
   */
  String toUri(String location);

  /** The location that {@link #toUri} gave this URI for. */
  String fromUri(String uri);
}
