package dev.sluice.operators.io;

/**
 * A file or directory as a listing shows it. {@code location} is absolute and opens with the store
 * that listed it.
 */
public record FileStatus(String location, long length, long modifiedMillis, boolean directory) {
  /** A directory of which nothing else is known. */
  public static FileStatus folder(String location) {
    return new FileStatus(location, 0, 0, true);
  }

  /** The last component of the path. */
  public String name() {
    return location.substring(location.lastIndexOf('/') + 1);
  }
}
