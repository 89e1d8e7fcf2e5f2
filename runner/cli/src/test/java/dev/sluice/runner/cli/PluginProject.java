package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/** What a build tool does with a plug-in's project. */
final class PluginProject {
  private PluginProject() {}

  /** Compiles Java files against Sluice and {@code more}; gives the folder of the classes. */
  static Path compile(Path scratch, Path sources, List<Path> more) throws IOException {
    Path classes = Files.createTempDirectory(scratch, "classes");
    StringBuilder classPath = new StringBuilder(System.getProperty("java.class.path"));
    more.forEach(path -> classPath.append(File.pathSeparator).append(path));
    List<String> words =
        new ArrayList<>(
            List.of(
                "-nowarn",
                "-proc:none",
                "--release",
                "17",
                "-cp",
                classPath.toString(),
                "-d",
                classes.toString()));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(words::add);
    }
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler().run(null, told, told, words.toArray(String[]::new));
    assertThat(code).as(told.toString(StandardCharsets.UTF_8)).isZero();
    return classes;
  }

  /** Packs all files of some folders. */
  static void pack(Path jar, Path... roots) throws IOException {
    Files.createDirectories(jar.getParent());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Path root : roots) {
        try (Stream<Path> files = Files.walk(root)) {
          for (Path each : files.filter(Files::isRegularFile).toList()) {
            out.putNextEntry(new ZipEntry(root.relativize(each).toString()));
            Files.copy(each, out);
          }
        }
      }
    }
  }
}
