package dev.sluice.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.json.Json;
import dev.sluice.operators.testing.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder with a pipeline, its input, its output and its checkpoint. */
final class PipelineFolder {
  private static final long NEW_YEAR_2026 = 1_767_225_600_000L;

  final Path root;
  private int files;

  PipelineFolder(Path root) {
    this.root = root;
  }

  Path path(String name) {
    return root.resolve(name);
  }

  /** Puts a file; each is a second younger than the one put before. */
  Path put(String name, byte[] bytes) throws IOException {
    Path file = path(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, FileTime.fromMillis(NEW_YEAR_2026 + 1000L * files++));
    return file;
  }

  Path put(String name, String text) throws IOException {
    return put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Files of {@code id,word}, from {@code in} to the JSON files of {@code out}. */
  void pipeline(String format, String options, String steps) throws IOException {
    pipeline(
        """
        name: q
        source: {format: %s, path: in, options: {%s}, schema: {id: bigint, word: string}}
        %strigger: availableNow
        sink: {format: json, path: out}
        checkpointLocation: cp
        """
            .formatted(format, options, steps));
  }

  void pipeline(String text) throws IOException {
    Files.writeString(path("pipeline.yaml"), text);
  }

  Command.Result run(String... flags) {
    return Command.run(root, words(flags));
  }

  /** Runs and requires success. */
  void succeeds() {
    Command.Result result = run();
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).isEmpty();
  }

  /**
   * Runs and requires a failure that is told in one line on stderr, without a stack trace, and with
   * all the words.
   */
  String fails(int code, String... words) {
    Command.Result result = run();
    requireFailure(result, code, words);
    return result.err();
  }

  static void requireFailure(Command.Result result, int code, String... words) {
    assertThat(result.code()).as(result.err()).isEqualTo(code);
    assertThat(result.err().lines().toList()).as("one line").hasSize(1);
    assertThat(result.err()).contains("error[").contains(words);
    assertThat(result.err()).doesNotContain("Exception", "bug", "\tat ", " at dev.sluice");
  }

  private String[] words(String... flags) {
    List<String> words = new ArrayList<>(List.of("run", "pipeline.yaml"));
    words.addAll(List.of(flags));
    return words.toArray(String[]::new);
  }

  /** The lines that a reader who follows the log of the sink {@code out} sees, sorted. */
  List<String> rows() throws IOException {
    return rows("out");
  }

  /** The same of another sink. */
  List<String> rows(String sink) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : committed(sink)) {
      lines.addAll(Files.readAllLines(file));
    }
    lines.sort(null);
    return lines;
  }

  /** The files that a reader who follows a sink's log sees. */
  List<Path> committed(String sink) throws IOException {
    TreeMap<Long, Path> entries = new TreeMap<>();
    TreeMap<Long, Path> compact = new TreeMap<>();
    if (!Files.isDirectory(path(sink + "/_spark_metadata"))) {
      return List.of();
    }
    try (Stream<Path> log = Files.list(path(sink + "/_spark_metadata"))) {
      for (Path entry : log.toList()) {
        String name = entry.getFileName().toString();
        if (name.matches("\\d+")) {
          entries.put(Long.parseLong(name), entry);
        } else if (name.matches("\\d+\\.compact")) {
          compact.put(Long.parseLong(name.replace(".compact", "")), entry);
        }
      }
    }
    long from = compact.isEmpty() ? -1 : compact.lastKey();
    Map<String, Path> found = new LinkedHashMap<>();
    if (from >= 0) {
      add(compact.get(from), found);
    }
    for (Path entry : entries.tailMap(from, false).values()) {
      add(entry, found);
    }
    return List.copyOf(found.values());
  }

  private static void add(Path entry, Map<String, Path> files) throws IOException {
    for (String line : Files.readAllLines(entry)) {
      if (line.startsWith("{")) {
        String uri = String.valueOf(Json.parseObject(line).get("path"));
        files.put(uri, Path.of(URI.create(uri)));
      }
    }
  }

  /** Every file below a folder, with its content. */
  static Map<String, String> snapshot(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    if (!Files.exists(folder)) {
      return contents;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        contents.put(
            folder.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** A copy of everything under another root. */
  PipelineFolder copyTo(Path other) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.toList()) {
        Files.copy(
            file,
            other.resolve(root.relativize(file).toString()),
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES,
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return new PipelineFolder(other);
  }

  /** The command as a process of its own; stdout and stderr go to the files {@code out, err}. */
  Process start(List<String> jvm, String... flags) throws IOException {
    return new ProcessBuilder(java(jvm, flags))
        .directory(root.toFile())
        .redirectOutput(path("stdout").toFile())
        .redirectError(path("stderr").toFile())
        .start();
  }

  List<String> java(List<String> jvm, String... flags) {
    List<String> more = new ArrayList<>(List.of("-XX:-UsePerfData"));
    more.addAll(jvm);
    return JavaProcess.of(more, Main.class.getName(), words(flags)).command();
  }

  /** Waits for the process, and tells what it left. */
  Command.Result end(Process process) throws IOException, InterruptedException {
    int code = process.waitFor();
    return new Command.Result(
        code, Files.readString(path("stdout")), Files.readString(path("stderr")));
  }
}
