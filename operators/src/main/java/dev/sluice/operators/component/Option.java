package dev.sluice.operators.component;

import java.util.List;
import java.util.Optional;

/**
 * One option of a component. Names are case-insensitive, as in Spark. The one declaration feeds
 * validation, defaults, JSON Schema, the reference and listings. Made by {@link #text} and its
 * sisters and refined by the {@code with...} style methods.
 */
public record Option(
    String name,
    Kind kind,
    String description,
    boolean required,
    Optional<String> defaultValue,
    List<String> allowed,
    List<String> aliases,
    Optional<Long> minimum,
    boolean secret) {

  /** What a value must look like. */
  public enum Kind {
    TEXT,
    INTEGER,
    NUMBER,
    FLAG,
    /** A word of {@link Option#allowed}, case ignored. */
    CHOICE,
    /**
     * A time such as {@code 7d}, {@code 12h}, {@code 100ms} (Spark's kind A) or {@code 10 minutes}
     * (kind B).
     */
    DURATION,
    /** A number of bytes. */
    BYTES,
    /** One character, or the empty text. */
    CHARACTER,
    /** A list, written in YAML or as JSON text; the component gets JSON text. */
    LIST
  }

  public Option {
    allowed = List.copyOf(allowed);
    aliases = List.copyOf(aliases);
  }

  private static Option of(String name, Kind kind, String description) {
    return new Option(
        name,
        kind,
        description,
        false,
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        false);
  }

  public static Option text(String name, String description) {
    return of(name, Kind.TEXT, description);
  }

  public static Option integer(String name, String description) {
    return of(name, Kind.INTEGER, description);
  }

  public static Option number(String name, String description) {
    return of(name, Kind.NUMBER, description);
  }

  public static Option flag(String name, boolean defaultValue, String description) {
    return of(name, Kind.FLAG, description).orElse(Boolean.toString(defaultValue));
  }

  public static Option choice(String name, List<String> allowed, String description) {
    return new Option(
        name,
        Kind.CHOICE,
        description,
        false,
        Optional.empty(),
        allowed,
        List.of(),
        Optional.empty(),
        false);
  }

  public static Option duration(String name, String description) {
    return of(name, Kind.DURATION, description);
  }

  public static Option bytes(String name, String description) {
    return of(name, Kind.BYTES, description);
  }

  public static Option character(String name, String description) {
    return of(name, Kind.CHARACTER, description);
  }

  public static Option list(String name, String description) {
    return of(name, Kind.LIST, description);
  }

  public Option orElse(String value) {
    return new Option(
        name, kind, description, required, Optional.of(value), allowed, aliases, minimum, secret);
  }

  public Option mandatory() {
    return new Option(
        name, kind, description, true, defaultValue, allowed, aliases, minimum, secret);
  }

  /** Another name for the same option, such as {@code delimiter} for {@code sep}. */
  public Option alias(String... names) {
    return new Option(
        name, kind, description, required, defaultValue, allowed, List.of(names), minimum, secret);
  }

  public Option atLeast(long value) {
    return new Option(
        name,
        kind,
        description,
        required,
        defaultValue,
        allowed,
        aliases,
        Optional.of(value),
        secret);
  }

  /** Its value must appear in no log, error or page. */
  public Option hidden() {
    return new Option(
        name, kind, description, required, defaultValue, allowed, aliases, minimum, true);
  }
}
