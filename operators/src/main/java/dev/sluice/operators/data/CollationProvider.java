package dev.sluice.operators.data;

import java.util.Optional;

/**
 * Makes the collations of languages, which need the tables of ICU. Found by {@link
 * java.util.ServiceLoader} when a query first names such a collation, and not before.
 */
public interface CollationProvider {
  /**
   * The canonical name of a collation, written in any case and with its specifiers in any order;
   * nothing if there is none.
   */
  Optional<String> canonical(String name);

  /** The collation of a canonical name. */
  Collation collation(String canonical);

  /** Names for suggestions. */
  java.util.List<String> names();
}
