package dev.sluice.runner.plugin;

import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.AggregateFunction;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.GeneratorFunction;
import dev.sluice.operators.function.ScalarFunction;
import dev.sluice.operators.sql.FunctionRegistry;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Functions from the jars of plug-in folders. Each plug-in has a class loader of its own, which
 * sees Sluice and the jars of the folder that are no plug-ins: its libraries. Loaders live as long
 * as the process.
 */
public final class PluginFunctions {
  private static final String SERVICES = "META-INF/services/";
  private static final List<Class<? extends Function>> KINDS =
      List.of(ScalarFunction.class, AggregateFunction.class, GeneratorFunction.class);

  private final FunctionRegistry base;
  private final Problems problems;
  private final List<Function> found = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private PluginFunctions(FunctionRegistry base, Problems problems) {
    this.base = base;
    this.problems = problems;
  }

  /**
   * The functions of {@code base} and those of the jars in these folders, of which some may not be
   * there. A plug-in that cannot be used is a problem that names its jar.
   */
  public static FunctionRegistry load(
      List<Path> folders, FunctionRegistry base, Problems problems) {
    PluginFunctions plugins = new PluginFunctions(base, problems);
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        plugins.folder(folder);
      }
    }
    return base.plus(plugins.found);
  }

  private void folder(Path folder) {
    List<Path> plugins = new ArrayList<>();
    List<Path> libraries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        try {
          (isPlugin(jar) ? plugins : libraries).add(jar);
        } catch (IOException e) {
          broken(jar, "it is no readable jar: " + e.getMessage());
        }
      }
    } catch (IOException e) {
      broken(folder, "the folder cannot be listed: " + e.getMessage());
    }
    plugins.forEach(jar -> plugin(jar, libraries));
  }

  private static boolean isPlugin(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return KINDS.stream().anyMatch(kind -> file.getEntry(SERVICES + kind.getName()) != null);
    }
  }

  private void plugin(Path jar, List<Path> libraries) {
    try {
      List<URL> urls = new ArrayList<>();
      urls.add(jar.toUri().toURL());
      for (Path library : libraries) {
        urls.add(library.toUri().toURL());
      }
      ClassLoader loader =
          new URLClassLoader(urls.toArray(new URL[0]), Function.class.getClassLoader());
      for (Class<? extends Function> kind : KINDS) {
        for (ServiceLoader.Provider<? extends Function> provider :
            ServiceLoader.load(kind, loader).stream().toList()) {
          // The others are those that Sluice itself has.
          if (provider.type().getClassLoader() == loader) {
            add(provider.get(), jar);
          }
        }
      }
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      Throwable cause =
          e instanceof ServiceConfigurationError && e.getCause() != null ? e.getCause() : e;
      broken(jar, cause instanceof UnsupportedClassVersionError ? newer(cause) : cause.toString());
    } catch (MalformedURLException e) {
      broken(jar, String.valueOf(e.getMessage()));
    }
  }

  private static String newer(Throwable e) {
    return "it was built for a newer Java than this "
        + Runtime.version().feature()
        + " ("
        + e.getMessage()
        + ")";
  }

  private void add(Function function, Path jar) {
    List<String> all = new ArrayList<>(function.aliases());
    all.add(function.name());
    for (String name : all) {
      if (base.find(name).isPresent() || !names.add(name.toLowerCase(Locale.ROOT))) {
        broken(jar, "there is a function '" + name + "' already");
        return;
      }
    }
    found.add(
        function instanceof ScalarFunction scalar
            ? new Scalar(scalar, String.valueOf(jar.getFileName()))
            : function);
  }

  private void broken(Path jar, String why) {
    problems.error(
        "broken-plugin",
        new SourcePosition(jar.toString(), 0, 0),
        "the plug-in cannot be used: " + why,
        null);
  }

  /** What comes out of a plug-in's function is watched. */
  private record Scalar(ScalarFunction function, String plugin) implements ScalarFunction {
    @Override
    public String name() {
      return function.name();
    }

    @Override
    public List<String> aliases() {
      return function.aliases();
    }

    @Override
    public FunctionDoc doc() {
      return function.doc();
    }

    @Override
    public Expression bind(FunctionCall call) {
      return new Guarded(function.bind(call), plugin, function.name());
    }
  }
}
