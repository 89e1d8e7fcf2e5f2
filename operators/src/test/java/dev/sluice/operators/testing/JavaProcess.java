package dev.sluice.operators.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** Java programs in processes of their own, with the class path of the test. */
@NullMarked
public final class JavaProcess {
  private JavaProcess() {}

  /** A program that starts soon and stays small; not started. */
  public static ProcessBuilder of(String main, String... words) {
    return of(List.of(), main, words);
  }

  /** With more flags of the JVM. */
  public static ProcessBuilder of(List<String> jvm, String main, String... words) {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    all.addAll(jvm);
    all.add("-cp");
    all.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    all.add(main);
    all.addAll(List.of(words));
    return new ProcessBuilder(all);
  }
}
