package dev.sluice.connectors.store;

import dev.sluice.operators.component.Option;
import java.util.List;

/**
 * A kind of storage, found by {@link java.util.ServiceLoader}: which schemes it serves and which
 * settings it knows. Implementations name no class of a client library, so that finding them costs
 * nothing; the client is behind {@link #connect}.
 */
public interface FileStoreType {
  /** The schemes of its locations, such as {@code s3a}. */
  List<String> schemes();

  /** One line for people. */
  String summary();

  /** What {@code settings.hadoop} may say to it, by Hadoop's names. */
  List<Option> options();

  /** Beginnings of names that are handed to the client as they are. */
  List<String> passThroughPrefixes();

  /**
   * Problems of values that a declaration cannot express, one sentence each; nothing outside is
   * touched.
   */
  default List<String> check(StoreSettings settings) {
    return List.of();
  }

  /**
   * The settings with shorter waits, where the user gave none: for looking once whether somebody
   * answers.
   */
  default StoreSettings impatient(StoreSettings settings) {
    return settings;
  }

  /** Brings in the client. Called once a process, on the first location of one of its schemes. */
  FileStoreClient connect(StoreSettings settings);
}
