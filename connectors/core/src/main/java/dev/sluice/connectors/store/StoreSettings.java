package dev.sluice.connectors.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code settings.hadoop} of a pipeline file says: Hadoop's names, case-sensitive as there,
 * and values that have been checked against the declarations.
 */
public final class StoreSettings {
  public static final StoreSettings NONE = new StoreSettings(Map.of());

  private final SortedMap<String, String> values;

  public StoreSettings(Map<String, String> values) {
    this.values = new TreeMap<>(values);
  }

  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  public boolean flag(String name, boolean standard) {
    return find(name).map(text -> Boolean.parseBoolean(text.trim())).orElse(standard);
  }

  /** With values for what is not given. */
  public StoreSettings orElse(Map<String, String> standards) {
    Map<String, String> own = new LinkedHashMap<>(standards);
    own.putAll(values);
    return new StoreSettings(own);
  }

  /** All, by name. */
  public Map<String, String> all() {
    return new LinkedHashMap<>(values);
  }

  /** Names only: values may be secret. */
  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
