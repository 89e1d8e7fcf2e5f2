package dev.sluice.connectors.store;

/**
 * Makes a client. Implementations lie in the package {@code client} below that of their {@link
 * FileStoreType}, and are found by {@link java.util.ServiceLoader} where the libraries are.
 */
public interface FileStoreClientFactory {
  FileStoreClient create(StoreSettings settings);
}
