package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is found by name is there to be found: each implementation stands in a services file. */
class RegistrationTest {
  private static final String SERVICES = "src/main/resources/META-INF/services";

  @Test
  void eachImplementationStandsInItsModulesServicesFile() throws Exception {
    Set<Class<?>> services = services();
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (Path module : modules()) {
      for (Class<?> type : implementations(module)) {
        for (Class<?> service : services) {
          if (service.isAssignableFrom(type)) {
            found++;
            if (!registered(module, service).contains(type.getName())) {
              missing.add(type.getName() + " in " + service.getName() + " of " + module);
            }
          }
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(100);
  }

  @Test
  void eachLineOfAServicesFileNamesAnImplementation() throws Exception {
    for (Path module : modules()) {
      for (Class<?> service : services()) {
        for (String line : registered(module, service)) {
          assertThat(service).as(line).isAssignableFrom(load(line));
        }
      }
    }
  }

  /** The interfaces of ours that any services file is named after. */
  private static Set<Class<?>> services() throws Exception {
    Set<String> names = new TreeSet<>();
    for (Path module : modules()) {
      if (Files.isDirectory(module.resolve(SERVICES))) {
        try (Stream<Path> files = Files.list(module.resolve(SERVICES))) {
          files.map(file -> String.valueOf(file.getFileName())).forEach(names::add);
        }
      }
    }
    Set<Class<?>> services = new LinkedHashSet<>();
    for (String name : names) {
      if (name.startsWith("dev.sluice.")) {
        services.add(load(name));
      }
    }
    return services;
  }

  /** The classes that the service loader could make. */
  private static List<Class<?>> implementations(Path module) throws Exception {
    Path root = module.resolve("target/classes");
    List<Path> files;
    try (Stream<Path> all = Files.walk(root)) {
      files = all.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
    List<Class<?>> found = new ArrayList<>();
    for (Path file : files) {
      String name = root.relativize(file).toString().replace(".class", "").replace('/', '.');
      if (name.endsWith("package-info")) {
        continue;
      }
      Class<?> type = load(name);
      if (Modifier.isPublic(type.getModifiers()) && !Modifier.isAbstract(type.getModifiers())) {
        for (Constructor<?> constructor : type.getConstructors()) {
          if (constructor.getParameterCount() == 0) {
            found.add(type);
          }
        }
      }
    }
    return found;
  }

  private static Set<String> registered(Path module, Class<?> service) throws IOException {
    Path file = module.resolve(SERVICES).resolve(service.getName());
    Set<String> lines = new TreeSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String name = line.replaceFirst("#.*", "").strip();
        if (!name.isEmpty()) {
          lines.add(name);
        }
      }
    }
    return lines;
  }

  private static Class<?> load(String name) throws ClassNotFoundException {
    return Class.forName(name, false, RegistrationTest.class.getClassLoader());
  }

  /** The modules that ship. */
  private static List<Path> modules() throws IOException {
    Path root = SharedData.repository();
    List<Path> modules = new ArrayList<>(List.of(root.resolve("operators")));
    modules.add(root.resolve("collations"));
    modules.add(root.resolve("runner/core"));
    modules.add(root.resolve("runner/cli"));
    try (Stream<Path> connectors = Files.list(root.resolve("connectors"))) {
      connectors.filter(folder -> Files.exists(folder.resolve("pom.xml"))).forEach(modules::add);
    }
    return modules;
  }
}
