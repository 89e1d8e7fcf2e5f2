package dev.sluice.connectors.store;

import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.io.Locations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeSet;

/**
 * The stores of a run, by scheme. The local disk is there at once; another kind is looked for when
 * a location of its scheme comes first, and connected once. Thread-safe.
 */
public final class StoreRegistry implements FileStores, AutoCloseable {
  private static final String UNKNOWN = "unknown-file-store";

  private final FileStore local = new LocalFileStore();
  private final StoreSettings settings;
  private final boolean impatient;
  private final Map<String, FileStore> stores = new HashMap<>();
  private final Map<FileStoreType, FileStoreClient> clients = new IdentityHashMap<>();
  private List<FileStoreType> types = List.of();

  public StoreRegistry(StoreSettings settings) {
    this(settings, false);
  }

  private StoreRegistry(StoreSettings settings, boolean impatient) {
    this.settings = settings;
    this.impatient = impatient;
  }

  /** Stores that give up soon where nobody answers. */
  public static StoreRegistry impatient(StoreSettings settings) {
    return new StoreRegistry(settings, true);
  }

  /** Every kind that is installed, beside the local disk. */
  public static List<FileStoreType> installed() {
    List<FileStoreType> found = new ArrayList<>();
    ServiceLoader.load(FileStoreType.class).forEach(found::add);
    return found;
  }

  @Override
  public FileStore of(String location) {
    return isLocal(location) ? local : other(scheme(location));
  }

  private synchronized FileStore other(String scheme) {
    FileStore known = stores.get(scheme);
    if (known != null) {
      return known;
    }
    if (types.isEmpty()) {
      types = installed();
    }
    for (FileStoreType type : types) {
      if (type.schemes().contains(scheme)) {
        FileStoreClient client = clients.computeIfAbsent(type, this::connect);
        FileStore store = client.store(scheme);
        stores.put(scheme, store);
        return store;
      }
    }
    throw new PipelineException(UNKNOWN, fact(scheme) + "; " + remedy(scheme, schemes(types)));
  }

  /** The mistake that a location names a kind of store which is not installed. */
  public static Optional<Problem> unknown(String location, SourcePosition at) {
    if (isLocal(location)) {
      return Optional.empty();
    }
    String scheme = scheme(location);
    TreeSet<String> schemes = schemes(installed());
    return schemes.contains(scheme)
        ? Optional.empty()
        : Optional.of(
            new Problem(
                Problem.Severity.ERROR,
                UNKNOWN,
                at,
                fact(scheme),
                Optional.of(remedy(scheme, schemes))));
  }

  private static TreeSet<String> schemes(List<FileStoreType> types) {
    TreeSet<String> schemes = new TreeSet<>();
    types.forEach(type -> schemes.addAll(type.schemes()));
    return schemes;
  }

  private static String fact(String scheme) {
    return "there is no file store for '" + scheme + "://'";
  }

  private static String remedy(String scheme, TreeSet<String> known) {
    return Names.nearest(scheme, known)
        .map(near -> "did you mean '" + near + "://'?")
        .orElse(
            "use a path of the local disk"
                + (known.isEmpty() ? "" : " or one of " + String.join("://, ", known) + "://"));
  }

  private static boolean isLocal(String location) {
    return !Locations.hasScheme(location) || location.startsWith("file:");
  }

  private static String scheme(String location) {
    return location.substring(0, location.indexOf(':'));
  }

  private FileStoreClient connect(FileStoreType type) {
    return type.connect(impatient ? type.impatient(settings) : settings);
  }

  @Override
  public synchronized void close() {
    clients.values().forEach(FileStoreClient::close);
    clients.clear();
    stores.clear();
  }
}
