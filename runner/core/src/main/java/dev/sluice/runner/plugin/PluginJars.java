package dev.sluice.runner.plugin;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.connectors.foreach.ForeachSinkType;
import dev.sluice.connectors.foreach.ForeachWriterType;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.AggregateFunction;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.GeneratorFunction;
import dev.sluice.operators.function.Parameter;
import dev.sluice.operators.function.ScalarFunction;
import dev.sluice.runner.schema.Components;
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
 * Functions, sources, sinks, file formats and writers from the jars of plug-in folders. Each
 * plug-in has a class loader of its own, which sees Sluice and the jars of the folder that are no
 * plug-ins: its libraries. Loaders live as long as the process.
 */
public final class PluginJars {
  private static final String SERVICES = "META-INF/services/";
  private static final List<Class<?>> KINDS =
      List.of(
          ScalarFunction.class,
          AggregateFunction.class,
          GeneratorFunction.class,
          SourceType.class,
          SinkType.class,
          FileFormat.class,
          ForeachWriterType.class);

  private final Installed base;
  private final Problems problems;
  private final List<Function> functions = new ArrayList<>();
  private final List<SourceType> sources = new ArrayList<>();
  private final List<SinkType> sinks = new ArrayList<>();
  private final List<FileFormat> formats = new ArrayList<>();
  private final List<ForeachWriterType> writers = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private PluginJars(Installed base, Problems problems) {
    this.base = base;
    this.problems = problems;
  }

  /**
   * What {@code base} has and the jars in these folders have, of which some may not be there. A
   * plug-in that cannot be used is a problem that names its jar.
   */
  public static Installed load(List<Path> folders, Installed base, Problems problems) {
    PluginJars plugins = new PluginJars(base, problems);
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        plugins.folder(folder);
      }
    }
    return plugins.all();
  }

  private Installed all() {
    Components components = base.components();
    if (!sources.isEmpty() || !sinks.isEmpty() || !writers.isEmpty()) {
      List<SinkType> allSinks = new ArrayList<>(components.sinks().all());
      allSinks.addAll(sinks);
      if (!writers.isEmpty()) {
        allSinks.removeIf(sink -> sink.name().equals(ForeachSinkType.NAME));
        allSinks.add(new ForeachSinkType(new Registry<>(writers)));
      }
      List<SourceType> allSources = new ArrayList<>(components.sources().all());
      allSources.addAll(sources);
      components =
          new Components(new Registry<>(allSources), new Registry<>(allSinks), components.steps());
    }
    return new Installed(
        components,
        functions.isEmpty() ? base.functions() : base.functions().plus(functions),
        formats);
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
          new URLClassLoader(
              PluginFailure.LOADER + jar.getFileName(),
              urls.toArray(new URL[0]),
              PluginJars.class.getClassLoader());
      for (Class<?> kind : KINDS) {
        for (ServiceLoader.Provider<?> provider :
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
      broken(jar, why(cause));
    } catch (MalformedURLException e) {
      broken(jar, String.valueOf(e.getMessage()));
    }
  }

  private static String why(Throwable e) {
    if (e instanceof UnsupportedClassVersionError) {
      return "it was built for a newer Java than this "
          + Runtime.version().feature()
          + " ("
          + e.getMessage()
          + ")";
    }
    if (e instanceof NoClassDefFoundError) {
      return "it needs the class "
          + String.valueOf(e.getMessage()).replace('/', '.')
          + ", which no jar in its folder has";
    }
    return e.toString();
  }

  private void add(Object service, Path jar) {
    if (service instanceof Function function) {
      add(function, jar);
    } else if (service instanceof FileFormat format) {
      if (isFree("source", format, base.components().sources(), jar)
          && isFree("sink", format, base.components().sinks(), jar)) {
        formats.add(format);
        sources.add(FormatComponents.source(format));
        sinks.add(FormatComponents.sink(format));
      }
    } else if (service instanceof SourceType source) {
      if (isFree("source", source, base.components().sources(), jar)) {
        sources.add(source);
      }
    } else if (service instanceof SinkType sink) {
      if (isFree("sink", sink, base.components().sinks(), jar)) {
        sinks.add(sink);
      }
    } else if (service instanceof ForeachWriterType writer
        && isFree("writer", writer, new Registry<ForeachWriterType>(List.of()), jar)) {
      writers.add(writer);
    }
  }

  /** A component's name must be its own, and what it declares must be there to be asked. */
  private boolean isFree(String kind, ComponentType type, Registry<?> known, Path jar) {
    String name = type.name();
    if (name.isBlank()) {
      broken(jar, "a " + kind + " has no name");
      return false;
    }
    if (type.summary().isBlank() || type.options().stream().anyMatch(o -> o.name().isBlank())) {
      broken(jar, "the " + kind + " '" + name + "' has no summary, or an option without a name");
      return false;
    }
    if (known.find(name).isPresent() || !names.add(kind + " " + name.toLowerCase(Locale.ROOT))) {
      broken(jar, "there is a " + kind + " '" + name + "' already");
      return false;
    }
    return true;
  }

  private void add(Function function, Path jar) {
    List<String> all = new ArrayList<>(function.aliases());
    all.add(function.name());
    for (String name : all) {
      if (base.functions().find(name).isPresent() || !names.add(name.toLowerCase(Locale.ROOT))) {
        broken(jar, "there is a function '" + name + "' already");
        return;
      }
    }
    functions.add(
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
    public List<Parameter> parameters() {
      return function.parameters();
    }

    @Override
    public Expression bind(FunctionCall call) {
      return new Guarded(function.bind(call), plugin, function.name());
    }
  }
}
