package dev.sluice.operators.state;

import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A kind of {@link LocalStore}, by the name that {@code settings.stateStore} gives it. Found by
 * {@link ServiceLoader}, and loaded only when a pipeline names it.
 */
public interface LocalStoreType {
  String name();

  /** An empty store in a temporary folder, which goes when the store is closed. */
  LocalStore open() throws IOException;

  /** The names of the stores that are installed, in alphabetical order. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    ServiceLoader.load(LocalStoreType.class).forEach(type -> names.add(type.name()));
    Collections.sort(names);
    return names;
  }

  /** Opens a store of that name. */
  static LocalStore open(String name) {
    for (LocalStoreType type : ServiceLoader.load(LocalStoreType.class)) {
      if (type.name().equals(name)) {
        try {
          return type.open();
        } catch (IOException e) {
          throw new PipelineException(
              "state-store-unavailable",
              "the state store '" + name + "' cannot be opened: " + e.getMessage(),
              e);
        }
      }
    }
    throw new PipelineException(
        "state-store-unavailable",
        "the state store '"
            + name
            + "' is not in this distribution; add its library, or leave out settings.stateStore");
  }
}
