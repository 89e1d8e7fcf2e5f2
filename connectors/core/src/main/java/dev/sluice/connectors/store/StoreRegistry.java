package dev.sluice.connectors.store;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.io.Locations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;

/**
 * The stores of a run, by scheme. The local disk is there at once; another kind is looked for when
 * a location of its scheme comes first, and connected once. Thread-safe.
 */
public final class StoreRegistry implements FileStores, AutoCloseable {
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
    if (!Locations.hasScheme(location) || location.startsWith("file:")) {
      return local;
    }
    return other(location.substring(0, location.indexOf(':')));
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
    TreeSet<String> schemes = new TreeSet<>();
    types.forEach(type -> schemes.addAll(type.schemes()));
    throw new PipelineException(
        "unknown-file-store",
        "there is no file store for '"
            + scheme
            + "://'; use a path of the local disk"
            + (schemes.isEmpty() ? "" : " or one of " + String.join("://, ", schemes) + "://"));
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
