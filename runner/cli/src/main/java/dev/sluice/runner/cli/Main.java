package dev.sluice.runner.cli;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.diagnostics.CheckpointTakenException;
import dev.sluice.operators.diagnostics.ComponentException;
import dev.sluice.operators.diagnostics.EvaluationFailure;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.runner.pipeline.Secrets;
import dev.sluice.runner.plan.CheckpointLockedException;
import dev.sluice.runner.plugin.PluginFailure;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The command {@code runner}. */
public final class Main {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG = 2;
  static final int LOCKED = 3;
  static final int UNFIT = 4;

  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] args) {
    PrintStream out = Stdout.print(new FileOutputStream(FileDescriptor.out));
    PrintStream err = stream(FileDescriptor.err);
    Secrets secrets = new Secrets();
    Redaction.use(secrets);
    Console console =
        new Console(
            System.in,
            out,
            err,
            Boolean.getBoolean("sluice.terminal"),
            Path.of("").toAbsolutePath(),
            System.getenv(),
            secrets);
    int code = run(List.of(args), console);
    out.flush();
    String lost = Stdout.problem(out);
    if (lost != null && code == DONE) {
      console.say("error[output-failed]: standard output cannot be written: " + lost);
      code = FAILED;
    }
    err.flush();
    System.exit(code);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new java.io.BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16),
        false,
        StandardCharsets.UTF_8);
  }

  /**
   * Runs a command in this process, as a test or an embedding program does; gives the exit code.
   *
   * @param directory where relative paths of the command line start
   */
  public static int run(List<String> words, PrintStream out, PrintStream err, Path directory) {
    Secrets secrets = new Secrets();
    Console console =
        new Console(
            InputStream.nullInputStream(), out, err, false, directory, System.getenv(), secrets);
    int code = run(words, console);
    out.flush();
    err.flush();
    return code;
  }

  /** Runs the command; gives the exit code. Only bugs print a stack trace. */
  static int run(List<String> words, Console console) {
    try {
      return dispatch(words, console);
    } catch (UsageException e) {
      console.say("runner: " + e);
      return WRONG;
    } catch (InvalidPipelineException e) {
      console.say(e.problems());
      return WRONG;
    } catch (EvaluationFailure e) {
      console.say(List.of(e.problem()));
      e.details().forEach(console::say);
      return FAILED;
    } catch (ComponentException e) {
      console.say(List.of(e.problem()));
      return FAILED;
    } catch (InvalidPathException e) {
      console.say("runner: '" + e.getInput() + "' is no possible path: " + e.getReason());
      return WRONG;
    } catch (CheckpointException e) {
      console.say(List.of(e.problem()));
      return codeOf(e);
    } catch (PipelineException e) {
      console.say("error[" + e.code() + "]: " + e.getMessage());
      return codeOf(e);
    } catch (InterruptedException e) {
      console.say("runner: interrupted");
      return FAILED;
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      Optional<PluginFailure> plugin = PluginFailure.of(e);
      if (plugin.isPresent()) {
        console.say("error[plugin-failed]: " + plugin.get().message());
        plugin.get().places().forEach(place -> console.say("  at " + place));
      } else {
        bug(e, console);
      }
      return FAILED;
    }
  }

  /** The one place that turns a kind of failure into an exit code. */
  private static int codeOf(PipelineException e) {
    return e instanceof CheckpointLockedException || e instanceof CheckpointTakenException
        ? LOCKED
        : e instanceof CheckpointException ? UNFIT : FAILED;
  }

  private static void bug(Throwable e, Console console) {
    console.say("runner: this is a bug in Sluice, please report it with what follows");
    java.io.StringWriter trace = new java.io.StringWriter();
    e.printStackTrace(new java.io.PrintWriter(trace));
    trace.toString().lines().forEach(line -> console.say(line.replace("\t", "    ")));
  }

  private static int dispatch(List<String> words, Console console) throws Exception {
    if (words.isEmpty()) {
      console.err().print(Verbs.help());
      return WRONG;
    }
    String first = words.get(0);
    if (first.equals("--help") || first.equals("-h") || first.equals("help")) {
      if (words.size() > 1) {
        console.out().print(Verbs.help(Verbs.named(words.subList(1, words.size())).verb()));
      } else {
        console.out().print(Verbs.help());
      }
      return DONE;
    }
    if (first.equals("--version")) {
      console.out().println("sluice " + Version.current());
      return DONE;
    }
    if (first.startsWith("-")) {
      throw new UsageException("the verb comes first, not '" + first + "'", "see 'runner --help'");
    }
    Verbs.Named named = Verbs.named(words);
    Verb verb = named.verb();
    List<String> rest = words.subList(named.words(), words.size());
    int end = rest.indexOf("--");
    List<String> flags = end < 0 ? rest : rest.subList(0, end);
    if (flags.contains("--help") || flags.contains("-h")) {
      console.out().print(Verbs.help(verb));
      return DONE;
    }
    return verb.run(Arguments.parse(verb, rest), console);
  }
}
