package dev.sluice.connectors.store;

import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Brings in the libraries of a connector when it is needed. In a distribution they lie in {@code
 * lib/NAME}, off the class path, so that no start pays for them; elsewhere they are on the class
 * path.
 */
public final class ConnectorLibraries {
  private ConnectorLibraries() {}

  /**
   * The implementation of a service in the package {@code client} below that of {@code owner}, with
   * the libraries of the folder {@code lib/name} of the installation, and of further ones that it
   * shares with other connectors.
   */
  public static <T> T load(Class<T> service, Class<?> owner, String name, String... shared) {
    String clients = owner.getPackageName() + ".client.";
    ClassLoader loader = loader(owner, clients, name, shared);
    try {
      return ServiceLoader.load(service, loader).stream()
          .filter(provider -> provider.type().getName().startsWith(clients))
          .findFirst()
          .orElseThrow(() -> missing(name, null))
          .get();
    } catch (LinkageError e) {
      throw missing(name, e);
    }
  }

  private static PipelineException missing(String name, @Nullable Throwable cause) {
    return new PipelineException(
        "connector-not-installed",
        "the libraries of connector '"
            + name
            + "' are missing; put the folder 'lib/"
            + name
            + "' of the distribution back",
        cause);
  }

  private static ClassLoader loader(Class<?> owner, String clients, String name, String... shared) {
    ClassLoader parent = owner.getClassLoader();
    String home = System.getProperty("sluice.home");
    CodeSource source = owner.getProtectionDomain().getCodeSource();
    if (home == null || source == null || !Files.isDirectory(Path.of(home, "lib", name))) {
      return parent;
    }
    List<URL> urls = new ArrayList<>();
    urls.add(source.getLocation());
    addJars(Path.of(home, "lib", name), urls);
    for (String other : shared) {
      addJars(Path.of(home, "lib", other), urls);
    }
    return new ClientLoader(urls.toArray(URL[]::new), parent, clients);
  }

  private static void addJars(Path folder, List<URL> urls) {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        urls.add(jar.toUri().toURL());
      }
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new PipelineException(
          "connector-not-installed", "cannot read '" + folder + "': " + e.getMessage(), e);
    }
  }

  /** Loads the client classes itself, where the libraries are; all else comes from above first. */
  private static final class ClientLoader extends URLClassLoader {
    private final String own;

    ClientLoader(URL[] urls, ClassLoader parent, String own) {
      super(urls, parent);
      this.own = own;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(own)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }
}
