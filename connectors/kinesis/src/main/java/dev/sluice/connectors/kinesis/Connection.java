package dev.sluice.connectors.kinesis;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Problems;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which stream, and how it is reached: what sources and sinks have in common. */
public final class Connection {
  public static final String NAME = "streamName";
  public static final String ARN = "streamARN";
  public static final String REGION = "region";
  public static final String ENDPOINT = "endpoint";
  public static final String ACCESS_KEY = "awsAccessKey";
  public static final String SECRET_KEY = "awsSecretKey";
  public static final String SESSION_TOKEN = "awsSessionToken";
  public static final String ROLE = "roleArn";
  public static final String ROLE_ID = "roleExternalId";
  public static final String ROLE_SESSION = "roleSessionName";
  public static final String PATIENCE = "requestTimeout";

  private static final Pattern STREAM = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

  private Connection() {}

  static List<Option> options() {
    return List.of(
        Option.text(NAME, "The stream"),
        Option.text(ARN, "The stream by its ARN, which may be that of another account"),
        Option.text(REGION, "The region; else that of the ARN, or of the environment or profile"),
        Option.text(ENDPOINT, "The server, such as 'http://localhost:4567'; AWS if unset")
            .alias("endpointUrl"),
        Option.text(ACCESS_KEY, "The access key; the usual chain of AWS finds one if unset")
            .hidden(),
        Option.text(SECRET_KEY, "The secret that belongs to the access key").hidden(),
        Option.text(SESSION_TOKEN, "The token of temporary keys").hidden(),
        Option.text(ROLE, "A role to take on"),
        Option.text(ROLE_ID, "The external id that the role asks for"),
        Option.text(ROLE_SESSION, "The name of the role's session").orElse("sluice"),
        Option.duration(PATIENCE, "How long Kinesis may fail to answer before the query fails")
            .orElse("2m"));
  }

  static void check(Options options, String kind, Problems problems) {
    if (!options.isGiven(NAME) && !options.isGiven(ARN)) {
      problems.error(
          "missing-option",
          options.at(),
          kind + " 'kinesis' does not say which stream",
          "add 'streamName: NAME', or 'streamARN'");
    }
    if (options.isGiven(NAME) && options.isGiven(ARN)) {
      problems.error(
          "conflicting-options",
          options.at(ARN),
          "'" + NAME + "' and '" + ARN + "' say the same",
          "keep one of them");
    }
    options
        .find(NAME)
        .filter(name -> !STREAM.matcher(name.trim()).matches())
        .ifPresent(
            name ->
                problems.error(
                    "invalid-option-value",
                    options.at(NAME),
                    "'" + name + "' is no name of a stream",
                    "names have letters, digits and '_.-'"));
    options
        .find(ARN)
        .filter(arn -> arnParts(arn).length < 6)
        .ifPresent(
            arn ->
                problems.error(
                    "invalid-option-value",
                    options.at(ARN),
                    "'" + arn + "' is no ARN of a stream",
                    "write arn:aws:kinesis:REGION:ACCOUNT:stream/NAME"));
    checkPair(options, problems);
    options
        .find(ENDPOINT)
        .filter(text -> !isEndpoint(text.trim()))
        .ifPresent(
            text ->
                problems.error(
                    "invalid-option-value",
                    options.at(ENDPOINT),
                    "'" + text + "' is no address of a server",
                    "write http://HOST:PORT or https://HOST"));
    for (String name : List.of(ROLE_ID, ROLE_SESSION)) {
      if (options.isGiven(name) && !options.isGiven(ROLE)) {
        problems.error(
            "useless-option",
            options.at(name),
            "'" + name + "' says nothing without '" + ROLE + "'",
            "name the role, or leave it out");
      }
    }
  }

  private static void checkPair(Options options, Problems problems) {
    boolean access = options.isGiven(ACCESS_KEY);
    boolean secret = options.isGiven(SECRET_KEY);
    if (access != secret) {
      problems.error(
          "missing-option",
          options.at(access ? ACCESS_KEY : SECRET_KEY),
          "'" + ACCESS_KEY + "' and '" + SECRET_KEY + "' go together",
          "add '" + (access ? SECRET_KEY : ACCESS_KEY) + "'");
    }
    if (options.isGiven(SESSION_TOKEN) && !access) {
      problems.error(
          "useless-option",
          options.at(SESSION_TOKEN),
          "'" + SESSION_TOKEN + "' says nothing without '" + ACCESS_KEY + "'",
          "add the keys that it belongs to");
    }
  }

  private static boolean isEndpoint(String text) {
    try {
      URI uri = new URI(text);
      return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** {@code arn:aws:kinesis:REGION:ACCOUNT:stream/NAME} in its six parts; none if it is none. */
  private static String[] arnParts(String arn) {
    String[] parts = arn.trim().split(":", 6);
    boolean stream =
        parts.length == 6
            && parts[0].equals("arn")
            && parts[2].equals("kinesis")
            && parts[5].startsWith("stream/")
            && STREAM.matcher(parts[5].substring("stream/".length())).matches();
    return stream ? parts : new String[0];
  }

  /** The stream's name, whichever way it is named. */
  public static String stream(Options options) {
    return options
        .find(NAME)
        .map(String::trim)
        .orElseGet(() -> arnParts(options.text(ARN))[5].substring("stream/".length()));
  }

  /** Where Kinesis is: a server, else a region; empty if only the environment knows. */
  static String address(Options options) {
    return options
        .find(ENDPOINT)
        .map(String::trim)
        .or(() -> region(options))
        .map(place -> "'" + place + "'")
        .orElse("");
  }

  /** The region that the options name. */
  public static Optional<String> region(Options options) {
    return options
        .find(REGION)
        .or(() -> options.find(ARN).map(arn -> arnParts(arn)[3]))
        .map(String::trim)
        .filter(region -> !region.isEmpty());
  }
}
