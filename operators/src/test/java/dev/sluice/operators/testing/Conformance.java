package dev.sluice.operators.testing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Compares an answer with what was observed on Spark: values, types and whether an error comes
 * before any data. Doubles agree when nine digits do; rows are a multiset unless their order was
 * asked for; of a streaming query, the batches that have rows count.
 */
@NullMarked
public final class Conformance {
  /** Errors for want of a feature agree with no error of Spark. */
  private static final Set<String> MISSING =
      Set.of("unknown-function", "not-implemented", "internal");

  /** Below, every whole number is a double. */
  private static final BigDecimal WHOLE_DOUBLES = BigDecimal.valueOf(1L << 53);

  private Conformance() {}

  /** What is different; empty if the answer agrees. */
  public static String difference(Map<String, ?> expected, Map<String, ?> actual) {
    return expected.containsKey("expected")
        ? streaming(expected, actual)
        : expression(expected, actual);
  }

  // ---- a SELECT and its rows

  private static String expression(Map<String, ?> expected, Map<String, ?> actual) {
    if (expected.get("error") instanceof Map<?, ?> error) {
      return actual.get("error") instanceof Map<?, ?> own
          ? error(error, own)
          : "an answer instead of " + error.get("condition");
    }
    if (actual.containsKey("error")) {
      return "fails: " + actual.get("error");
    }
    if (!types(expected).equals(types(actual))) {
      return types(actual) + " instead of " + types(expected);
    }
    boolean ordered = Boolean.TRUE.equals(expected.get("ordered"));
    return rows(expected.get("rows"), ordered).equals(rows(actual.get("rows"), ordered))
        ? ""
        : actual.get("rows") + " instead of " + expected.get("rows");
  }

  private static String error(Map<?, ?> expected, Map<?, ?> own) {
    boolean unknownToSpark = String.valueOf(expected).contains("UNRESOLVED_ROUTINE");
    if (MISSING.contains(String.valueOf(own.get("code"))) && !unknownToSpark) {
      return own.get("code") + " instead of " + expected.get("condition");
    }
    return isEarly(expected) == isEarly(own)
        ? ""
        : "fails in phase " + own.get("phase") + " instead of " + expected.get("phase");
  }

  private static boolean isEarly(Map<?, ?> error) {
    return Set.of("parse", "analysis").contains(String.valueOf(error.get("phase")));
  }

  private static List<String> types(Map<String, ?> answer) {
    List<String> types = new ArrayList<>();
    for (Object column : list(answer.get("columns"))) {
      types.add(String.valueOf(((Map<?, ?>) column).get("type")));
    }
    return types;
  }

  // ---- a streaming query and its batches

  private static String streaming(Map<String, ?> expected, Map<String, ?> actual) {
    Map<?, ?> observed = (Map<?, ?>) expected.get("expected");
    String outcome = String.valueOf(observed.get("outcome"));
    String own = outcome(actual);
    if (own.equals("rejected") && (outcome.equals("rejected") || isAnalysis(observed))) {
      return "";
    }
    if (!own.equals(outcome)) {
      return own + " instead of " + outcome + ": " + actual.get(own);
    }
    boolean ordered = Boolean.TRUE.equals(expected.get("ordered"));
    List<List<String>> wanted = batches(observed.get("batches"), ordered);
    List<List<String>> seen = batches(actual.get("batches"), ordered);
    return wanted.equals(seen) ? "" : seen + " instead of " + wanted;
  }

  private static String outcome(Map<String, ?> actual) {
    return actual.containsKey("rejected")
        ? "rejected"
        : actual.containsKey("failed") ? "failed" : "ok";
  }

  /** What Spark refuses while it plans a batch may be refused before the start. */
  private static boolean isAnalysis(Map<?, ?> observed) {
    return observed.get("failed") instanceof Map<?, ?> failed
        && String.valueOf(failed.get("exception")).endsWith("AnalysisException");
  }

  private static List<List<String>> batches(@Nullable Object batches, boolean ordered) {
    List<List<String>> all = new ArrayList<>();
    for (Object batch : list(batches)) {
      List<String> rows = rows(((Map<?, ?>) batch).get("rows"), ordered);
      if (!rows.isEmpty()) {
        all.add(rows);
      }
    }
    return all;
  }

  // ---- values as text that is equal for equal values

  private static List<String> rows(@Nullable Object rows, boolean ordered) {
    List<String> texts = new ArrayList<>();
    for (Object row : list(rows)) {
      texts.add(canonical(row));
    }
    if (!ordered) {
      Collections.sort(texts);
    }
    return texts;
  }

  private static String canonical(@Nullable Object value) {
    if (value instanceof Number number && !isInfiniteOrNaN(number)) {
      BigDecimal exact = new BigDecimal(number.toString()).stripTrailingZeros();
      boolean whole = number instanceof Long || number instanceof BigInteger;
      boolean small = exact.scale() <= 0 && exact.abs().compareTo(WHOLE_DOUBLES) < 0;
      BigDecimal shown = whole || small ? exact : exact.round(new MathContext(9));
      return shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Conformance::canonical).toList().toString();
    }
    if (value instanceof Map<?, ?> map) {
      TreeMap<String, String> sorted = new TreeMap<>();
      map.forEach((k, v) -> sorted.put(String.valueOf(k), canonical(v)));
      return sorted.toString();
    }
    return value == null ? "null" : "\"" + value + "\"";
  }

  private static boolean isInfiniteOrNaN(Number number) {
    return number instanceof Double d && !Double.isFinite(d);
  }

  private static List<?> list(@Nullable Object value) {
    return value == null ? List.of() : (List<?>) value;
  }
}
