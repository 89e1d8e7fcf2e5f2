package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.connectors.store.FileStoreType;
import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.operators.testing.SharedData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever is registered goes through the suites of its kind. */
class ContractSuitesTest {
  private final List<String> tests = tests();

  private static List<String> tests() {
    List<String> texts = new ArrayList<>();
    for (String folder : List.of("connectors", "runner")) {
      try (Stream<Path> all = Files.walk(SharedData.repository().resolve(folder))) {
        for (Path file : all.toList()) {
          String path = file.toString();
          if (path.contains("/src/test/java/") && path.endsWith(".java")) {
            texts.add(Files.readString(file));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return texts;
  }

  private boolean runs(Object component, String suite) {
    String made = "new " + component.getClass().getSimpleName() + "(";
    return tests.stream()
        .anyMatch(text -> text.contains("extends " + suite + " {") && text.contains(made));
  }

  /** What of the registered is in none of these suites. */
  private List<String> without(Class<?> kind, String... suites) {
    List<String> missing = new ArrayList<>();
    int count = 0;
    for (Object component : ServiceLoader.load(kind)) {
      count++;
      if (Stream.of(suites).noneMatch(suite -> runs(component, suite))) {
        missing.add(component.getClass().getSimpleName());
      }
    }
    assertThat(count).as("registered: %s", kind).isGreaterThan(3);
    return missing;
  }

  @Test
  void eachSource() {
    assertThat(without(SourceType.class, "SourceContract", "TableContract")).isEmpty();
  }

  @Test
  void eachSourceThatIsReadWithoutBatches() {
    List<String> missing = new ArrayList<>();
    for (SourceType type : ServiceLoader.load(SourceType.class)) {
      if (type.supportsContinuous() && !runs(type, "ContinuousContract")) {
        missing.add(type.name());
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void eachSink() {
    assertThat(without(SinkType.class, "SinkContract")).isEmpty();
  }

  @Test
  void eachFormatOfFiles() {
    assertThat(without(FileFormat.class, "FileSourceContract")).isEmpty();
    assertThat(without(FileFormat.class, "FileSinkContract")).isEmpty();
  }

  /** A test of a store knows its server, not its class: it lies in the same package. */
  @Test
  void eachKindOfStorage() {
    List<String> missing = new ArrayList<>();
    List<FileStoreType> types = StoreRegistry.installed();
    for (FileStoreType type : types) {
      String home = "package " + type.getClass().getPackageName() + ";";
      if (tests.stream()
          .noneMatch(
              text -> text.startsWith(home) && text.contains("extends FileStoreContract {"))) {
        missing.add(type.getClass().getSimpleName());
      }
    }
    assertThat(types).as("registered").hasSizeGreaterThan(1);
    assertThat(missing).isEmpty();
  }

  @Test
  void eachFormatOfMessages() {
    assertThat(without(MessageFormat.class, "MessageFormatContract")).isEmpty();
  }
}
