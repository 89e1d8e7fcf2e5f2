package dev.sluice.operators.data;

import dev.sluice.operators.diagnostics.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The collations by their names: {@code UTF8_BINARY} and {@code UTF8_LCASE} are here, those of
 * languages come from a {@link CollationProvider}.
 */
public final class Collations {
  public static final String UTF8_BINARY = "UTF8_BINARY";
  public static final String UTF8_LCASE = "UTF8_LCASE";
  public static final String CATALOG = "SYSTEM.BUILTIN.";
  private static final String TRIMMED = "_RTRIM";

  private static final Map<String, Collation> MADE = new ConcurrentHashMap<>();

  private Collations() {}

  private static final class Provided {
    static final @Nullable CollationProvider PROVIDER =
        ServiceLoader.load(CollationProvider.class, Collations.class.getClassLoader())
            .findFirst()
            .orElse(null);
  }

  /**
   * The canonical name of a collation, which may be written in any case; nothing if there is none.
   */
  public static Optional<String> canonical(String written) {
    String name = written.toUpperCase(Locale.ROOT);
    switch (name) {
      case UTF8_BINARY, UTF8_LCASE, UTF8_BINARY + TRIMMED, UTF8_LCASE + TRIMMED -> {
        return Optional.of(name);
      }
      default -> {
        CollationProvider provider = Provided.PROVIDER;
        return provider == null ? Optional.empty() : provider.canonical(written);
      }
    }
  }

  /** The type of strings of a canonical name. */
  public static DataType type(String canonical) {
    return canonical.equals(UTF8_BINARY) ? AtomicType.STRING : new CollatedType(canonical);
  }

  /** The name of the collation of a string type. */
  public static String nameOf(DataType type) {
    return type instanceof CollatedType collated ? collated.collation() : UTF8_BINARY;
  }

  /** The collation of a type. */
  public static Collation of(CollatedType type) {
    return MADE.computeIfAbsent(type.collation(), Collations::make);
  }

  private static Collation make(String name) {
    if (name.startsWith("UTF8_")) {
      return new Utf8Collation(name, name.startsWith(UTF8_LCASE), name.endsWith(TRIMMED));
    }
    CollationProvider provider = Provided.PROVIDER;
    if (provider == null) {
      throw new IllegalArgumentException("no collation '" + name + "'");
    }
    return provider.collation(name);
  }

  /** The name without the catalog and the schema that all collations are in. */
  public static String withoutCatalog(String written) {
    return written.toUpperCase(Locale.ROOT).startsWith(CATALOG)
        ? written.substring(CATALOG.length())
        : written;
  }

  /** The remedy for a name that is none. */
  public static String suggestion(String written) {
    List<String> names = new ArrayList<>(List.of(UTF8_BINARY, UTF8_LCASE));
    CollationProvider provider = Provided.PROVIDER;
    if (provider != null) {
      names.addAll(provider.names());
    }
    return Names.nearest(written.toUpperCase(Locale.ROOT), names)
        .map(name -> "did you mean '" + name + "'?")
        .orElse(
            provider == null
                ? "those of languages need the module sluice-collations"
                : "there are UTF8_BINARY, UTF8_LCASE, UNICODE and languages such as 'de_CI'");
  }
}
