package dev.sluice.runner.loop;

import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.runner.plan.PlannedSource;
import dev.sluice.runner.plan.Settings;
import dev.sluice.runner.plan.WatermarkPolicy;
import java.util.List;
import java.util.function.Consumer;

/** What a run says to people, once each: where it does not do what the pipeline file asks for. */
final class RunNotes {
  private final Consumer<String> notes;
  private boolean policyTold;
  private boolean behindTold;
  private boolean wasBehind;

  RunNotes(Consumer<String> notes) {
    this.notes = notes;
  }

  /** A checkpoint keeps the policy that it was begun with, as in Spark, which warns too. */
  void policy(Settings settings, WatermarkPolicy kept) {
    WatermarkPolicy here = settings.watermarkPolicy();
    if (policyTold || kept == here) {
      return;
    }
    policyTold = true;
    SourcePosition at = settings.watermarkPolicyAt();
    notes.accept(
        (at.equals(SourcePosition.NOWHERE) ? "" : at + ": ")
            + "warning[pinned-setting]: 'multipleWatermarkPolicy' is '"
            + here.word()
            + "', but the checkpoint was begun with '"
            + kept.word()
            + "', which stays in force; say '"
            + kept.word()
            + "', or start with a new checkpointLocation");
  }

  /** With a source that cannot freeze its end, everything there is makes one batch, as in Spark. */
  void oneBatch(List<StreamState> streams) {
    for (StreamState stream : streams) {
      if (!stream.supportsAvailableNow()) {
        notes.accept(
            "warning[one-batch]: "
                + PlannedSource.label(stream.name())
                + " cannot say where it ends now, so 'availableNow' takes what all sources have in"
                + " one batch, whatever their limits; read it in a pipeline of its own if the others"
                + " need theirs");
        return;
      }
    }
  }

  /** One long batch is nothing: a run falls behind when the next one is too long as well. */
  void took(long millis, long interval) {
    boolean behind = millis > interval;
    if (behind && wasBehind && !behindTold) {
      behindTold = true;
      notes.accept(
          "warning[falling-behind]: batches take longer ("
              + millis
              + " ms) than the trigger's interval ("
              + interval
              + " ms), so each begins when the one before has ended; make the interval longer, or"
              + " leave out 'trigger'");
    }
    wasBehind = behind;
  }
}
