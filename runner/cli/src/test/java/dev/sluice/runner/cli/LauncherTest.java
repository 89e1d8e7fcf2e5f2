package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of a distribution, before a Java that only says how it was called. */
@Timeout(120)
class LauncherTest {
  @TempDir Path folder;
  private Path temporary;

  @BeforeEach
  void unpacks() throws IOException {
    temporary = Files.createDirectory(folder.resolve("tmp"));
    Files.createDirectories(folder.resolve("dist/lib"));
    Files.createDirectories(folder.resolve("dist/training"));
    Files.createDirectory(folder.resolve("dist/bin"));
    Files.copy(Path.of("../../scripts/runner"), folder.resolve("dist/bin/runner"));
    Files.createDirectories(folder.resolve("jdk/bin"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    Path java =
        Files.writeString(folder.resolve("jdk/bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<String> arguments() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", folder.resolve("dist/bin/runner").toString(), "--version");
    builder
        .environment()
        .putAll(
            Map.of("TMPDIR", temporary.toString(), "SLUICE_JAVA_HOME", folder.resolve("jdk") + ""));
    Process process = builder.redirectError(folder.resolve("err").toFile()).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("err"))).isZero();
    return lines;
  }

  /** The folder for temporary files that Java is given. */
  private Path given() throws IOException, InterruptedException {
    List<String> found =
        arguments().stream().filter(flag -> flag.startsWith("-Djava.io.tmpdir=")).toList();
    assertThat(found).hasSize(1);
    return Path.of(found.get(0).substring("-Djava.io.tmpdir=".length()));
  }

  private static void requirePrivate(Path folder) throws IOException {
    assertThat(folder).isDirectory();
    assertThat(Files.isSymbolicLink(folder)).isFalse();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void nativeCodeIsUnpackedWhereNoOtherUserCanWrite() throws Exception {
    Path first = given();
    assertThat(first).hasParent(temporary);
    requirePrivate(first);
    assertThat(given()).isEqualTo(first);
    try (Stream<Path> all = Files.list(temporary)) {
      assertThat(all).containsExactly(first);
    }
  }

  @Test
  void aFolderThatAnotherHasPutThereIsPassedOver() throws Exception {
    Path taken = given();
    Files.delete(taken);
    Path trap = Files.createDirectory(folder.resolve("trap"));
    Files.createSymbolicLink(taken, trap);
    Path other = given();
    assertThat(other).isNotEqualTo(taken).hasParent(temporary);
    requirePrivate(other);
  }
}
