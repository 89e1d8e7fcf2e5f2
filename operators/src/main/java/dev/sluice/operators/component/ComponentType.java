package dev.sluice.operators.component;

import dev.sluice.operators.diagnostics.Problems;
import java.util.List;

/**
 * What every source, sink, format and step declares of itself. Stateless; found by ServiceLoader;
 * no I/O in its constructor.
 */
public interface ComponentType {
  /** The word in the pipeline file. */
  String name();

  /** One sentence for people. */
  String summary();

  List<Option> options();

  /**
   * True if options that are not declared are passed on (such as {@code kafka.*}) when their name
   * starts so.
   */
  default List<String> passThroughPrefixes() {
    return List.of();
  }

  /**
   * Whether an option tells where the data are: then it must stay the same as long as a checkpoint
   * is used. Those that must be given do, unless said otherwise.
   */
  default boolean tellsPlace(Option option) {
    return option.required() || option.name().equals("path");
  }

  /**
   * Whether by an option a sink knows again a batch that it has, or what part of it: then it must
   * stay the same while a batch is not done.
   */
  default boolean tellsBatches(Option option) {
    return false;
  }

  /**
   * What nobody may see within the value of an option that is not secret as a whole, such as the
   * password in an address.
   */
  default List<String> secretsIn(Option option, String value) {
    return List.of();
  }

  /** Checks between options; each option by itself has been checked. Touches nothing outside. */
  default void check(Options options, Problems problems) {}
}
