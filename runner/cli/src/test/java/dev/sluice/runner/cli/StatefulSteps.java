package dev.sluice.runner.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Steps called {@code stateful} in recorded cases, as {@code transformWithState} steps. */
@NullMarked
final class StatefulSteps {
  private static final Pattern ALIAS =
      Pattern.compile(
          "(.*\\S)\\s+AS\\s+(`[^`]+`|\\w+)\\s*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private StatefulSteps() {}

  static Map<String, Object> of(Map<String, ?> step) {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("keys", given(step.get("key")));
    value.put("state", given(step.get("state")));
    value.put("update", update(step));
    String emit = step.get("emit") == null ? "each_batch" : String.valueOf(step.get("emit"));
    Map<String, Object> emission = new LinkedHashMap<>();
    emission.put("each", emit.equals("each_row") ? "row" : "batch");
    if (emit.equals("never")) {
      emission.put("when", false);
    }
    emission.put("select", given(step.get("output")));
    value.put("emit", emission);
    if (step.get("remove_when") != null) {
      value.put("remove", Map.of("when", given(step.get("remove_when"))));
    }
    if (step.get("timeout_at") != null) {
      value.put("timeout", Map.of("eventTime", given(step.get("timeout_at"))));
      value.put("onTimeout", onTimeout(step));
    }
    return value;
  }

  private static Map<String, Object> update(Map<String, ?> step) {
    Map<String, Object> update = new LinkedHashMap<>();
    for (Object item : (List<?>) given(step.get("fold"))) {
      Matcher alias = ALIAS.matcher(String.valueOf(item));
      if (!alias.matches()) {
        throw new IllegalArgumentException("no name for " + item);
      }
      update.put(alias.group(2).replace("`", ""), alias.group(1));
    }
    return update;
  }

  /** Unless it says otherwise, a row comes out and the state goes. */
  private static Map<String, Object> onTimeout(Map<String, ?> step) {
    Map<String, Object> then = new LinkedHashMap<>();
    Map<?, ?> told = step.get("on_timeout") instanceof Map<?, ?> map ? map : Map.of();
    Map<String, Object> emission = new LinkedHashMap<>();
    if (Boolean.FALSE.equals(told.get("emit"))) {
      emission.put("when", false);
    }
    emission.put("select", given(step.get("output")));
    then.put("emit", emission);
    then.put("remove", !Boolean.FALSE.equals(told.get("remove")));
    return then;
  }

  private static Object given(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("the step lacks something");
    }
    return value;
  }
}
