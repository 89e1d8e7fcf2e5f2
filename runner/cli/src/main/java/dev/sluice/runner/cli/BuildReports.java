package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What {@code validate} found, in the forms that build servers show beside the code. */
final class BuildReports {
  private static final String UNRESERVED = "-._~/";

  private final UnaryOperator<String> redaction;

  /**
   * @param redaction strikes secrets out
   */
  BuildReports(UnaryOperator<String> redaction) {
    this.redaction = redaction;
  }

  /** A file that was checked, and all that was found in it. */
  record Checked(String file, List<Problem> problems) {
    Checked {
      problems = List.copyOf(problems);
    }

    boolean isValid() {
      return problems.stream().noneMatch(BuildReports::isError);
    }

    /** Of a problem: the command line has none of its own. */
    String fileOf(Problem problem) {
      return problem.at().line() == 0 ? file : problem.at().file();
    }
  }

  private static boolean isError(Problem problem) {
    return problem.severity() == Problem.Severity.ERROR;
  }

  private String sentence(Problem problem) {
    return redaction.apply(problem.fact() + problem.remedy().map(r -> "; " + r).orElse(""));
  }

  /**
   * Workflow commands of GitHub Actions, one a line: an annotation at the place of each problem.
   */
  String github(List<Checked> files) {
    StringBuilder out = new StringBuilder();
    for (Checked checked : files) {
      for (Problem problem : checked.problems()) {
        out.append("::").append(problem.severity()).append(" file=");
        out.append(property(checked.fileOf(problem)));
        if (problem.at().line() > 0) {
          out.append(",line=").append(problem.at().line());
          out.append(",col=").append(problem.at().column());
        }
        out.append(",title=").append(property(problem.code()));
        out.append("::").append(Escapes.visible(data(sentence(problem)))).append('\n');
      }
    }
    return out.toString();
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return Escapes.visible(data(text).replace(":", "%3A").replace(",", "%2C"));
  }

  /** A log in the Static Analysis Results Interchange Format 2.1.0, on one line. */
  String sarif(List<Checked> files) {
    Set<String> codes = new LinkedHashSet<>();
    List<Object> results = new ArrayList<>();
    for (Checked checked : files) {
      for (Problem problem : checked.problems()) {
        codes.add(problem.code());
        results.add(result(checked, problem));
      }
    }
    Map<String, Object> driver = new LinkedHashMap<>();
    driver.put("name", "Sluice");
    driver.put("version", Version.current());
    driver.put("rules", codes.stream().map(code -> Map.of("id", code)).toList());
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("tool", Map.of("driver", driver));
    run.put("columnKind", "unicodeCodePoints");
    run.put("results", results);
    Map<String, Object> log = new LinkedHashMap<>();
    log.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    log.put("version", "2.1.0");
    log.put("runs", List.of(run));
    return Json.write(log) + '\n';
  }

  private Map<String, Object> result(Checked checked, Problem problem) {
    Map<String, Object> place = new LinkedHashMap<>();
    place.put("artifactLocation", Map.of("uri", uri(checked.fileOf(problem))));
    if (problem.at().line() > 0) {
      Map<String, Object> region = new LinkedHashMap<>();
      region.put("startLine", problem.at().line());
      region.put("startColumn", problem.at().column());
      place.put("region", region);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("ruleId", problem.code());
    result.put("level", problem.severity().toString());
    result.put("message", Map.of("text", sentence(problem)));
    result.put("locations", List.of(Map.of("physicalLocation", place)));
    return result;
  }

  private static String uri(String file) {
    StringBuilder uri = new StringBuilder(file.startsWith("/") ? "file://" : "");
    for (byte b : file.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          b >= '0' && b <= '9'
              || b >= 'A' && b <= 'Z'
              || b >= 'a' && b <= 'z'
              || UNRESERVED.indexOf(b) >= 0;
      if (plain) {
        uri.append((char) b);
      } else {
        uri.append(String.format("%%%02X", b));
      }
    }
    return uri.toString();
  }

  /** JUnit's XML: a test case for each file, which fails by its errors; warnings are its output. */
  String junit(List<Checked> files) {
    long failed = files.stream().filter(checked -> !checked.isValid()).count();
    String counts =
        " tests=\"" + files.size() + "\" failures=\"" + failed + "\" errors=\"0\" skipped=\"0\"";
    StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.append("<testsuites").append(counts).append(">\n");
    out.append("  <testsuite name=\"sluice validate\"").append(counts).append(">\n");
    for (Checked checked : files) {
      out.append("    <testcase classname=\"validate\" name=\"").append(xml(checked.file()));
      if (checked.problems().isEmpty()) {
        out.append("\"/>\n");
        continue;
      }
      out.append("\">\n");
      List<Problem> errors = checked.problems().stream().filter(BuildReports::isError).toList();
      if (!errors.isEmpty()) {
        out.append("      <failure type=\"").append(xml(errors.get(0).code()));
        out.append("\" message=\"").append(xml(sentence(errors.get(0)))).append("\">");
        errors.forEach(problem -> out.append(line(problem)));
        out.append("</failure>\n");
      }
      if (errors.size() < checked.problems().size()) {
        out.append("      <system-out>");
        checked.problems().stream()
            .filter(problem -> !isError(problem))
            .forEach(problem -> out.append(line(problem)));
        out.append("</system-out>\n");
      }
      out.append("    </testcase>\n");
    }
    return out.append("  </testsuite>\n</testsuites>\n").toString();
  }

  private String line(Problem problem) {
    return xml(redaction.apply(problem.toString())) + "\n";
  }

  /** XML has no way to write control characters, so they are shown. */
  private static String xml(String text) {
    return Escapes.visible(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
