package dev.sluice.runner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.Checksums;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.UUID;

/** A checkpoint folder: the query's identity, its log, and where sources and state keep theirs. */
public final class Checkpoint {
  private final FileStore files;
  private final String root;
  private final String queryId;
  private final CheckpointLog log;
  private final FingerprintLog fingerprints;

  private Checkpoint(FileStore files, String root, String queryId) throws IOException {
    this.files = files;
    this.root = root;
    this.queryId = queryId;
    this.log = new CheckpointLog(files, root);
    this.fingerprints = new FingerprintLog(files, root + "/sluice");
  }

  /** From now on its log asks first whether this run still has the checkpoint. */
  public Checkpoint lockedBy(CheckpointLock lock) {
    log.lockedBy(lock);
    return this;
  }

  /** Opens a checkpoint, making its {@code metadata} if it is new. */
  public static Checkpoint open(FileStore files, String root) throws IOException {
    String metadata = root + "/metadata";
    String id;
    try {
      id = readId(files, metadata);
      files.settle(root);
    } catch (NoSuchFileException e) {
      if (!files.list(root + "/offsets").isEmpty()) {
        throw CheckpointException.missing(metadata, "there are planned batches");
      }
      if (!files.list(root + "/state").isEmpty()) {
        throw CheckpointException.missing(metadata, "there is state of a query");
      }
      id = UUID.randomUUID().toString();
      Checksums.write(files, metadata, ("{\"id\":\"" + id + "\"}").getBytes(UTF_8));
    }
    return new Checkpoint(files, root, id);
  }

  /** The id in a file {@code metadata}. */
  static String readId(FileStore files, String location) throws IOException {
    byte[] bytes = files.readAll(location);
    if (!Checksums.matches(files, location, bytes)) {
      throw CheckpointException.damaged(
          location, "its checksum in '" + Checksums.location(location) + "' differs");
    }
    try {
      if (Json.parseObject(new String(bytes, UTF_8)).get("id") instanceof String id) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw CheckpointException.damaged(location, String.valueOf(e.getMessage()));
    }
    throw CheckpointException.damaged(location, "it has no id");
  }

  /** The query's identity, the same over all its runs. */
  public String queryId() {
    return queryId;
  }

  public String root() {
    return root;
  }

  public CheckpointLog log() {
    return log;
  }

  public FingerprintLog fingerprints() {
    return fingerprints;
  }

  /** Where the state of operators lies. */
  public String stateDirectory() {
    return root + "/state";
  }

  /** True if something has kept state here. */
  public boolean hasState() throws IOException {
    return !files.list(stateDirectory()).isEmpty();
  }

  /** Where source {@code index} of the plan keeps its own log. */
  public static String sourceDirectory(String root, int index) {
    return root + "/sources/" + index;
  }
}
