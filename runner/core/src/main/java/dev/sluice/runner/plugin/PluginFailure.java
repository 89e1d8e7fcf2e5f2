package dev.sluice.runner.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a plug-in threw where nothing should be thrown: its bug, not ours.
 *
 * @param plugin the name of its jar
 * @param message what happened, for its author
 * @param places the plug-in's own lines on the way, innermost first
 */
public record PluginFailure(String plugin, String message, List<String> places) {
  /** What the class loader of a plug-in is called, before the name of its jar. */
  static final String LOADER = "plug-in ";

  private static final int MOST_PLACES = 8;

  /** Empty if no plug-in was at work. */
  public static Optional<PluginFailure> of(Throwable failure) {
    for (@Nullable Throwable e = failure; e != null; e = e.getCause()) {
      List<String> places = new ArrayList<>();
      String plugin = "";
      for (StackTraceElement frame : e.getStackTrace()) {
        String loader = frame.getClassLoaderName();
        if (loader != null && loader.startsWith(LOADER)) {
          plugin = loader.substring(LOADER.length());
          if (places.size() < MOST_PLACES) {
            places.add(
                frame.getClassName()
                    + "."
                    + frame.getMethodName()
                    + "("
                    + frame.getFileName()
                    + ":"
                    + frame.getLineNumber()
                    + ")");
          }
        }
      }
      if (!plugin.isEmpty()) {
        String said = e.getMessage() == null ? "" : ": " + e.getMessage();
        String message =
            "the plug-in '" + plugin + "' failed with " + e.getClass().getSimpleName() + said;
        return Optional.of(new PluginFailure(plugin, message, List.copyOf(places)));
      }
    }
    return Optional.empty();
  }
}
