package dev.sluice.collations;

import com.ibm.icu.text.Collator;
import com.ibm.icu.util.ULocale;
import dev.sluice.operators.data.Collation;
import dev.sluice.operators.data.CollationProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code UNICODE} and the languages that ICU can sort: {@code de}, {@code sr_Cyrl}, {@code
 * zh_Hans_CHN}, each perhaps with {@code _CI} (case does not count), {@code _AI} (accents do not
 * count) and {@code _RTRIM} (blanks at the end do not count).
 */
public final class IcuCollations implements CollationProvider {
  private static final String UNICODE = "UNICODE";

  /** A language and what does not count. */
  private record Spec(String locale, boolean ignoreCase, boolean ignoreAccent, boolean trimmed) {
    String name() {
      return locale
          + (ignoreCase ? "_CI" : "")
          + (ignoreAccent ? "_AI" : "")
          + (trimmed ? "_RTRIM" : "");
    }
  }

  /** By names in upper case. */
  private static final class Locales {
    static final Map<String, ULocale> BY_NAME = find();
    static final Map<String, String> CANONICAL = canonical();

    private static Map<String, ULocale> find() {
      Map<String, ULocale> found = new TreeMap<>();
      for (ULocale locale : Collator.getAvailableULocales()) {
        // One of a variant has no name here.
        if (locale.getVariant().isEmpty()) {
          found.put(nameOf(locale), locale);
        }
      }
      return found;
    }

    private static Map<String, String> canonical() {
      Map<String, String> names = new TreeMap<>();
      BY_NAME.keySet().forEach(name -> names.put(name.toUpperCase(Locale.ROOT), name));
      return names;
    }

    /** Language, script and the three letters of a country. */
    private static String nameOf(ULocale locale) {
      StringBuilder name = new StringBuilder(locale.getLanguage());
      if (!locale.getScript().isEmpty()) {
        name.append('_').append(locale.getScript());
      }
      if (!locale.getISO3Country().isEmpty()) {
        name.append('_').append(locale.getISO3Country());
      }
      return name.toString();
    }
  }

  private static Optional<Spec> spec(String written) {
    String rest = written.toUpperCase(Locale.ROOT);
    boolean trimmed = rest.endsWith("_RTRIM");
    if (trimmed) {
      rest = rest.substring(0, rest.length() - "_RTRIM".length());
    }
    String sensitivity = "";
    String accents = "";
    for (int i = 0; i < 2; i++) {
      if (sensitivity.isEmpty() && (rest.endsWith("_CI") || rest.endsWith("_CS"))) {
        sensitivity = rest.substring(rest.length() - 2);
        rest = rest.substring(0, rest.length() - 3);
      } else if (accents.isEmpty() && (rest.endsWith("_AI") || rest.endsWith("_AS"))) {
        accents = rest.substring(rest.length() - 2);
        rest = rest.substring(0, rest.length() - 3);
      }
    }
    String locale = rest.equals(UNICODE) ? UNICODE : Locales.CANONICAL.get(rest);
    return locale == null
        ? Optional.empty()
        : Optional.of(new Spec(locale, sensitivity.equals("CI"), accents.equals("AI"), trimmed));
  }

  @Override
  public Optional<String> canonical(String name) {
    return spec(name).map(Spec::name);
  }

  @Override
  public Collation collation(String canonical) {
    Spec spec =
        spec(canonical)
            .orElseThrow(() -> new IllegalArgumentException("no collation '" + canonical + "'"));
    ULocale base =
        spec.locale().equals(UNICODE)
            ? ULocale.ROOT
            : Locales.BY_NAME.getOrDefault(spec.locale(), ULocale.ROOT);
    ULocale.Builder locale = new ULocale.Builder().setLocale(base);
    if (spec.ignoreAccent()) {
      locale.setUnicodeLocaleKeyword("ks", "level1");
      if (!spec.ignoreCase()) {
        locale.setUnicodeLocaleKeyword("kc", "true");
      }
    } else {
      locale.setUnicodeLocaleKeyword("ks", spec.ignoreCase() ? "level2" : "level3");
    }
    return new IcuCollation(spec.name(), Collator.getInstance(locale.build()), spec.trimmed());
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    List<String> bases = new ArrayList<>(List.of(UNICODE));
    bases.addAll(Locales.BY_NAME.keySet());
    for (String base : bases) {
      names.add(base);
      names.add(base + "_CI");
      names.add(base + "_AI");
      names.add(base + "_CI_AI");
    }
    return names;
  }
}
