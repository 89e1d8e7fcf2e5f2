package dev.sluice.connectors.file;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.diagnostics.CheckpointTakenException;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;

/** What it means, and what can be done, when a file of a log is damaged: by whose log it is. */
enum LogDamage {
  /** The source's own, in the checkpoint. */
  SOURCE {
    @Override
    PipelineException damaged(String location, String what) {
      return CheckpointException.damaged(location, what);
    }

    @Override
    PipelineException missing(String location, String why) {
      return CheckpointException.missing(location, why);
    }

    @Override
    PipelineException newer(String location, String version) {
      return CheckpointException.newer(location, version);
    }

    @Override
    PipelineException taken(String location, IOException e) {
      return new CheckpointTakenException(location, e);
    }
  },
  /** The sink's own, beside its files: it belongs to the checkpoint as much as if it lay there. */
  SINK {
    private static final String REMEDY =
        "; restore it from a copy, or start with an empty path and a new checkpointLocation";

    @Override
    PipelineException damaged(String location, String what) {
      return new CheckpointException(
          "sink-log-damaged", "the sink's log '" + location + "' is damaged: " + what + REMEDY);
    }

    @Override
    PipelineException missing(String location, String why) {
      return new CheckpointException(
          "sink-log-incomplete", "the sink's log '" + location + "' is missing: " + why + REMEDY);
    }

    @Override
    PipelineException newer(String location, String version) {
      return new CheckpointException("sink-log-version", readable(location, version) + REMEDY);
    }
  },
  /** Of the folder that is read, written by another query: bad input. */
  INPUT {
    private static final String REMEDY =
        "; restore it from a copy, or read the files without their log, by a pattern such as"
            + " 'path: FOLDER/*'";

    @Override
    PipelineException damaged(String location, String what) {
      return new PipelineException(
          "input-log-damaged",
          "the log '" + location + "' of what is read is damaged: " + what + REMEDY);
    }

    @Override
    PipelineException missing(String location, String why) {
      return new PipelineException(
          "input-log-incomplete",
          "the log '" + location + "' of what is read is missing: " + why + REMEDY);
    }

    @Override
    PipelineException newer(String location, String version) {
      return new PipelineException("input-log-version", readable(location, version) + REMEDY);
    }
  };

  abstract PipelineException damaged(String location, String what);

  abstract PipelineException missing(String location, String why);

  abstract PipelineException newer(String location, String version);

  /** Somebody else wrote a file of the log that was to be written. */
  PipelineException taken(String location, IOException e) {
    return new PipelineException(
        "CONCURRENT_STREAM_LOG_UPDATE",
        "'"
            + location
            + "' was written by somebody else: another run uses this checkpoint or this output"
            + " folder; stop it, or give each query its own",
        e);
  }

  private static String readable(String location, String version) {
    return "the log '"
        + location
        + "' has the version '"
        + version
        + "', which this release cannot read";
  }
}
