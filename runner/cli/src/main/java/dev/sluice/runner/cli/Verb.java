package dev.sluice.runner.cli;

import java.util.List;

/** One verb of the command. */
interface Verb {
  String name();

  /** One line for the list of verbs. */
  String summary();

  Operands operands();

  List<Flag> flags();

  /** A line or more to add to the help. */
  default String notes() {
    return "";
  }

  /** The words that may follow it, each a verb of its own, named {@code VERB WORD}; mostly none. */
  default List<Verb> actions() {
    return List.of();
  }

  /** Does it; gives the exit code. */
  int run(Arguments arguments, Console console) throws Exception;
}
