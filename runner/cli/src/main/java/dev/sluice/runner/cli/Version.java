package dev.sluice.runner.cli;

/** The version of this build. */
final class Version {
  private Version() {}

  /** As the jar's manifest says; classes that lie in a folder have none. */
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
