package dev.sluice.operators.component;

import dev.sluice.operators.diagnostics.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Components of one kind by name (case ignored). Loaded through ServiceLoader in one place, at
 * start.
 */
public final class Registry<T extends ComponentType> {
  private final Map<String, T> byName = new TreeMap<>();

  /** Two components of one name are a mistake of the build. */
  public Registry(Collection<? extends T> components) {
    for (T component : components) {
      T other = byName.put(component.name().toLowerCase(Locale.ROOT), component);
      if (other != null) {
        throw new IllegalStateException(
            "'"
                + component.name()
                + "' is declared by both "
                + other.getClass()
                + " and "
                + component.getClass());
      }
    }
  }

  public static <T extends ComponentType> Registry<T> load(Class<T> kind) {
    List<T> found = new ArrayList<>();
    ServiceLoader.load(kind, kind.getClassLoader()).forEach(found::add);
    return new Registry<>(found);
  }

  public Optional<T> find(String name) {
    return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The remedy for a name that is not there. */
  public String suggestion(String name) {
    return Names.suggestion(name, names());
  }

  public List<String> names() {
    return byName.values().stream().map(ComponentType::name).toList();
  }

  public Collection<T> all() {
    return List.copyOf(byName.values());
  }
}
