package dev.sluice.operators.sql;

import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.function.AggregateFunction;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.GeneratorFunction;
import dev.sluice.operators.function.ScalarFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All functions by name, case ignored: families, and single functions of each kind, found by
 * ServiceLoader when the first function is looked up. Thread-safe.
 */
public final class FunctionRegistry {
  private @Nullable Map<String, FunctionFamily> families;
  private final Map<String, Function> functions = new HashMap<>();
  private final Map<String, Function> more;
  private final @Nullable FunctionRegistry below;

  private FunctionRegistry(Map<String, Function> more, @Nullable FunctionRegistry below) {
    this.more = more;
    this.below = below;
  }

  /** Made when it is first asked for. */
  private static final class Installed {
    static final FunctionRegistry ALL = load();
  }

  /** The functions on the class path, looked up once a process. */
  public static FunctionRegistry installed() {
    return Installed.ALL;
  }

  /** The functions on the class path, looked up anew. */
  public static FunctionRegistry load() {
    return new FunctionRegistry(Map.of(), null);
  }

  /** The functions on the class path and these, which win. */
  public static FunctionRegistry with(List<? extends Function> more) {
    return installed().plus(more);
  }

  /** These functions too, which win. */
  public FunctionRegistry plus(List<? extends Function> functions) {
    Map<String, Function> byName = new HashMap<>();
    for (Function function : functions) {
      byName.put(function.name().toLowerCase(Locale.ROOT), function);
      function.aliases().forEach(alias -> byName.put(alias.toLowerCase(Locale.ROOT), function));
    }
    return byName.isEmpty() ? this : new FunctionRegistry(byName, this);
  }

  /** The function of that name or alias. */
  public synchronized Optional<Function> find(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (below != null) {
      Function own = more.get(lower);
      return own == null ? below.find(name) : Optional.of(own);
    }
    Map<String, FunctionFamily> loaded = loaded();
    Function known = functions.get(lower);
    if (known == null) {
      FunctionFamily family = loaded.get(lower);
      if (family != null) {
        known = family.function(lower);
        functions.put(lower, known);
      }
    }
    return Optional.ofNullable(known);
  }

  /** All names and aliases, sorted. */
  public synchronized List<String> names() {
    TreeSet<String> names = new TreeSet<>(more.keySet());
    if (below != null) {
      names.addAll(below.names());
      return List.copyOf(names);
    }
    names.addAll(loaded().keySet());
    names.addAll(functions.keySet());
    return List.copyOf(names);
  }

  /** The remedy for a name that is not there. */
  public String suggestion(String name) {
    return Names.nearest(name, names().stream().filter(SqlParameters::isFunction).toList())
        .map(nearest -> "did you mean '" + nearest + "'?")
        .orElse("'runner functions' lists all there are");
  }

  private Map<String, FunctionFamily> loaded() {
    Map<String, FunctionFamily> result = families;
    if (result == null) {
      result = new HashMap<>();
      ClassLoader loader = FunctionRegistry.class.getClassLoader();
      for (FunctionFamily family : ServiceLoader.load(FunctionFamily.class, loader)) {
        for (String name : family.names()) {
          result.put(name, family);
        }
      }
      ServiceLoader.load(ScalarFunction.class, loader).forEach(this::add);
      ServiceLoader.load(AggregateFunction.class, loader).forEach(this::add);
      ServiceLoader.load(GeneratorFunction.class, loader).forEach(this::add);
      functions.putAll(more);
      families = result;
    }
    return result;
  }

  private void add(Function function) {
    functions.put(function.name().toLowerCase(Locale.ROOT), function);
    function.aliases().forEach(alias -> functions.put(alias.toLowerCase(Locale.ROOT), function));
  }
}
