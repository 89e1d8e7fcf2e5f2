package dev.sluice.operators.io;

/**
 * A file or directory as a listing shows it. {@code location} is absolute and opens with the store
 * that listed it.
 */
public record FileStatus(String location, long length, long modifiedMillis, boolean directory) {
  /** The last component of the path. */
  public String name() {
    return location.substring(location.lastIndexOf('/') + 1);
  }
}
