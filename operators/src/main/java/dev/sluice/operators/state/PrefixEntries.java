package dev.sluice.operators.state;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries of several prefixes, one prefix after the other. */
final class PrefixEntries implements LocalStore.Entries {
  private final LocalStore store;
  private final Iterator<byte[]> prefixes;
  private LocalStore.@Nullable Cursor current;

  PrefixEntries(LocalStore store, List<byte[]> prefixes) {
    this.store = store;
    this.prefixes = prefixes.iterator();
  }

  @Override
  public boolean next() throws IOException {
    while (current == null || !current.next()) {
      close();
      if (!prefixes.hasNext()) {
        return false;
      }
      current = store.scan(prefixes.next());
    }
    return true;
  }

  private LocalStore.Cursor at() {
    if (current == null) {
      throw new IllegalStateException("at no entry");
    }
    return current;
  }

  @Override
  public byte[] key() {
    return at().key();
  }

  @Override
  public byte[] value() {
    return at().value();
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
