package dev.sluice.operators.io;

/** Gives the store for a location by its scheme; without scheme, the local disk. */
public interface FileStores {
  /** Throws {@link IllegalArgumentException} naming the scheme when nothing serves it. */
  FileStore of(String location);
}
