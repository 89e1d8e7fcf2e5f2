package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.component.Durations;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The options that every file source has, beside those of its format; all are Spark's. */
record FileSourceOptions(
    Optional<Long> maxFilesPerTrigger,
    Optional<Long> maxBytesPerTrigger,
    boolean latestFirst,
    boolean fileNameOnly,
    long maxFileAgeMillis,
    CleanSource cleanSource,
    Optional<String> sourceArchiveDir,
    long maxCachedFiles,
    double discardCachedInputRatio,
    boolean ignoreCorruptFiles,
    boolean ignoreMissingFiles) {

  /** What happens to files that were read. */
  enum CleanSource {
    OFF,
    ARCHIVE,
    DELETE
  }

  /** What chooses files by their time, which a stream does by itself. */
  private static final List<String> OF_TABLES = List.of("modifiedBefore", "modifiedAfter");

  /** What says how files become batches, and what happens to them when they did. */
  private static final List<String> OF_STREAMS =
      List.of(
          "maxFilesPerTrigger",
          "maxBytesPerTrigger",
          "latestFirst",
          "fileNameOnly",
          "maxFileAge",
          "cleanSource",
          "sourceArchiveDir",
          "maxCachedFiles",
          "discardCachedInputRatio");

  static List<Option> declared() {
    return List.of(
        Option.text("path", "The file, folder or pattern ({a,b} [a-c] * ?) to read").mandatory(),
        Option.integer("maxFilesPerTrigger", "At most so many new files a batch").atLeast(1),
        Option.bytes(
                "maxBytesPerTrigger",
                "New files of at most so many bytes a batch, at least one file")
            .atLeast(1),
        Option.flag("latestFirst", false, "Newest files first"),
        Option.flag(
            "fileNameOnly", false, "A file is known by its name alone, whatever its folder"),
        Option.duration(
                "maxFileAge",
                "Files older than the newest one seen by more than this are passed over")
            .orElse("7d"),
        Option.choice(
                "cleanSource",
                List.of("off", "archive", "delete"),
                "What happens to a file after its batch is committed")
            .orElse("off"),
        Option.text(
            "sourceArchiveDir", "Where cleanSource archive moves files, below their full path"),
        Option.integer("maxCachedFiles", "How many listed files are kept for the next batches")
            .orElse("10000")
            .atLeast(0),
        Option.number(
                "discardCachedInputRatio",
                "Below this share of a full batch the kept files are listed anew")
            .orElse("0.2"),
        Option.flag("recursiveFileLookup", false, "Read all folders below, without partitions"),
        Option.text("pathGlobFilter", "Read only files whose name matches the pattern"),
        Option.text(
            "modifiedBefore",
            "Of a table: read only files modified before this time, such as 2026-01-31T12:00:00"),
        Option.text(
            "modifiedAfter",
            "Of a table: read only files modified after this time, such as 2026-01-31T12:00:00"),
        Option.text("basePath", "The folder below which column=value folders are partitions"),
        Option.flag("ignoreCorruptFiles", false, "Pass over files that cannot be read"),
        Option.flag("ignoreMissingFiles", false, "Pass over files that are gone when read"));
  }

  /** Those of the source and those of the format; the format's word counts where both have one. */
  static List<Option> declaredWith(FileFormat format) {
    List<Option> all = new ArrayList<>(declared());
    if (format.needsSchema()) {
      all.add(
          Option.flag("inferSchema", false, "Find the columns by looking into the files there"));
    }
    for (Option option : format.options()) {
      all.removeIf(common -> common.name().equalsIgnoreCase(option.name()));
      all.add(option);
    }
    return List.copyOf(all);
  }

  static void check(Options options, boolean streaming, Problems problems) {
    if (streaming) {
      refuseThoseOfTables(options, problems);
    } else {
      warnOfThoseOfStreams(options, problems);
    }
    ModifiedTimes.check(options, problems);
    checkGlob("path", options, problems);
    checkGlob("pathGlobFilter", options, problems);
    if (options.isGiven("maxFilesPerTrigger") && options.isGiven("maxBytesPerTrigger")) {
      problems.error(
          "conflicting-options",
          options.at("maxBytesPerTrigger"),
          "'maxFilesPerTrigger' and 'maxBytesPerTrigger' exclude each other",
          "keep one of them");
    }
    if (cleanSource(options) == CleanSource.ARCHIVE && options.find("sourceArchiveDir").isEmpty()) {
      problems.error(
          "missing-option",
          options.at("cleanSource"),
          "'cleanSource: archive' needs 'sourceArchiveDir'",
          "say where the files go");
    }
    options
        .find("discardCachedInputRatio")
        .filter(ratio -> !isRatio(ratio))
        .ifPresent(
            ratio ->
                problems.error(
                    "invalid-option-value",
                    options.at("discardCachedInputRatio"),
                    "'discardCachedInputRatio' must be from 0 to 1, not '" + ratio + "'",
                    null));
  }

  private static void refuseThoseOfTables(Options options, Problems problems) {
    for (String refused : OF_TABLES) {
      if (options.isGiven(refused)) {
        problems.error(
            "refused-option",
            options.at(refused),
            "option '" + refused + "' is not allowed in file stream sources",
            "choose rows by 'where: _metadata.file_modification_time < timestamp', or read a table"
                + " with 'static: true'");
      }
    }
  }

  private static void warnOfThoseOfStreams(Options options, Problems problems) {
    for (String useless : OF_STREAMS) {
      if (options.isGiven(useless)) {
        problems.warning(
            "useless-option",
            options.at(useless),
            "'" + useless + "' says nothing of a table: all its files are read each time, and stay",
            "leave it out, or leave 'static: true' out to read a stream");
      }
    }
  }

  private static void checkGlob(String option, Options options, Problems problems) {
    try {
      Globs.check(options.find(option).orElse(""));
    } catch (PipelineException e) {
      problems.error(
          e.code(),
          options.at(option),
          String.valueOf(e.getMessage()),
          "a character that is to stand for itself has a '\\' before it");
    }
  }

  private static boolean isRatio(String text) {
    try {
      double ratio = Double.parseDouble(text.trim());
      return ratio >= 0 && ratio <= 1;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static CleanSource cleanSource(Options options) {
    return CleanSource.valueOf(options.text("cleanSource").trim().toUpperCase(Locale.ROOT));
  }

  static FileSourceOptions of(Options options) {
    Optional<Long> maxFiles = options.findNumber("maxFilesPerTrigger");
    Optional<Long> maxBytes = options.findNumber("maxBytesPerTrigger");
    boolean latestFirst = options.flag("latestFirst");
    boolean limited = maxFiles.isPresent() || maxBytes.isPresent();
    return new FileSourceOptions(
        maxFiles,
        maxBytes,
        latestFirst,
        options.flag("fileNameOnly"),
        // Old files would never come to their turn otherwise.
        latestFirst && limited ? Long.MAX_VALUE : Durations.millis(options.text("maxFileAge")),
        cleanSource(options),
        options.find("sourceArchiveDir"),
        options.number("maxCachedFiles"),
        Double.parseDouble(options.text("discardCachedInputRatio").trim()),
        options.flag("ignoreCorruptFiles"),
        options.flag("ignoreMissingFiles"));
  }
}
