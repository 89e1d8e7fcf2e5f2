package dev.sluice.connectors.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A JDBC address: what may stand in it, and what of it may be shown. */
public final class JdbcUrl {
  /**
   * Parameters with which an address makes a driver run code, read files or load classes. An
   * address often comes from outside the file (a variable, a secret), so they are refused.
   */
  private static final List<String> DANGEROUS =
      List.of(
          "init",
          "autodeserialize",
          "allowloadlocalinfile",
          "allowurlinlocalinfile",
          "allowlocalinfile",
          "queryinterceptors",
          "statementinterceptors",
          "socketfactory",
          "socketfactoryarg",
          "sslfactory",
          "sslfactoryarg",
          "sslhostnameverifier",
          "sslpasswordcallback",
          "authenticationpluginclassname",
          "loggerfile",
          "tracelevelfile",
          "trace_level_file",
          "enable_load_extension");

  private JdbcUrl() {}

  /** The first dangerous parameter, if there is one. */
  public static Optional<String> danger(String url) {
    for (String parameter : url.split("[?;&]")) {
      int equals = parameter.indexOf('=');
      String name = (equals < 0 ? parameter : parameter.substring(0, equals)).trim();
      if (DANGEROUS.contains(name.toLowerCase(Locale.ROOT))) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  /** Without parameters and credentials. */
  public static String shown(String url) {
    String bare = url.split("[?;]", 2)[0];
    int at = bare.lastIndexOf('@');
    int slashes = bare.indexOf("//");
    return at > slashes && slashes >= 0
        ? bare.substring(0, slashes + 2) + bare.substring(at + 1)
        : bare;
  }
}
