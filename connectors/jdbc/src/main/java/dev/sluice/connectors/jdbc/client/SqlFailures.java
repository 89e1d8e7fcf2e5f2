package dev.sluice.connectors.jdbc.client;

import dev.sluice.connectors.retry.Retries;
import dev.sluice.operators.diagnostics.PipelineException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.Optional;

/** What databases say, by SQLSTATE: in words, and whether it passes. */
final class SqlFailures {
  private static final int MYSQL_LOCK_TIMEOUT = 1205;

  private SqlFailures() {}

  /** What a failed statement or connection means for people. */
  static PipelineException failed(String what, Throwable e) {
    Throwable shown = shown(e);
    return new PipelineException(
        "jdbc-failed",
        what + ": " + reason(e) + remedy(shown).map(remedy -> "; " + remedy).orElse(""),
        e);
  }

  /** The database's own words, in one line. */
  static String reason(Throwable e) {
    Throwable shown = shown(e);
    String state = state(shown);
    return String.valueOf(shown.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ")
        + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")");
  }

  private static Throwable shown(Throwable e) {
    if (e instanceof SQLException sql) {
      // A failed batch says nothing itself: the first real failure is behind it.
      SQLException next = sql.getNextException();
      if (next != null) {
        return next;
      }
      if (e instanceof SQLTransientConnectionException && e.getCause() != null) {
        return e.getCause();
      }
    }
    return e;
  }

  private static String state(Throwable e) {
    return e instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "";
  }

  private static Optional<String> remedy(Throwable e) {
    String state = state(e);
    String message = String.valueOf(e.getMessage());
    if (isSilence(e)) {
      return Optional.of("raise 'socketTimeout' if the statement takes so long");
    }
    if (state.startsWith("08") || isDown(state)) {
      return Optional.of("see that the database runs there and can be reached from here");
    }
    if (state.startsWith("28")) {
      return Optional.of("correct 'user' and 'password'");
    }
    if (state.equals("3D000") || message.contains("Unknown database")) {
      return Optional.of("correct the database in 'url', or create it");
    }
    if (state.equals("42501") || message.contains("denied")) {
      return Optional.of("let this user do so (GRANT)");
    }
    if (isMissingTable(e)) {
      return Optional.of("correct 'dbtable', or create the table");
    }
    return ofValues(state, message);
  }

  /** What a table does not take. */
  private static Optional<String> ofValues(String state, String message) {
    if (state.equals("23502")
        || message.contains("cannot be null")
        || message.contains("NOT NULL constraint")) {
      return Optional.of(
          "give the column a value with coalesce(), leave such rows out, or let it be null in the"
              + " table");
    }
    if (state.startsWith("23") || message.contains("constraint failed")) {
      return Optional.of(
          "leave rows out that break the table's rules, or change these; with 'keys' a row replaces"
              + " the one of the same keys");
    }
    if (state.startsWith("22")) {
      return Optional.of(
          "make the table's column wider or of another type, or cast the value: a table that is"
              + " made here takes types from 'createTableColumnTypes'");
    }
    return Optional.empty();
  }

  private static boolean isSilence(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof SocketTimeoutException && "Read timed out".equals(at.getMessage())) {
        return true;
      }
    }
    return false;
  }

  /** True if there was no connection: nobody answered, or the login was refused. */
  static boolean isAboutConnection(PipelineException e) {
    Throwable cause = e.getCause();
    if (cause == null) {
      return true;
    }
    String state = state(shown(cause));
    return state.startsWith("08") || state.startsWith("28") || state.startsWith("3D");
  }

  static boolean isMissingTable(Throwable e) {
    String state = state(e);
    return state.equals("42P01")
        || state.startsWith("42S0")
        || String.valueOf(e.getMessage()).contains("no such table");
  }

  /** PostgreSQL's words for a server that goes down, was killed, or comes up. */
  private static boolean isDown(String state) {
    return state.equals("57P01") || state.equals("57P02") || state.equals("57P03");
  }

  /** As {@link dev.sluice.connectors.retry.Retries#call} asks. */
  static Optional<Retries.Passing> passing(Exception e) {
    return isPassing(e) ? Optional.of(new Retries.Passing(reason(e))) : Optional.empty();
  }

  /**
   * True if the same may go well later: the connection was lost or refused, the server is not up,
   * or two transactions were in each other's way.
   */
  static boolean isPassing(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql && isPassing(sql)) {
        return true;
      }
    }
    return e instanceof SQLException sql
        && sql.getNextException() != null
        && isPassing(sql.getNextException());
  }

  /** Somebody else has what is asked for, and was waited for in vain. */
  private static boolean isHeldLock(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return state(e).equals("55P03")
        || e.getErrorCode() == MYSQL_LOCK_TIMEOUT && message.contains("Lock wait timeout")
        || message.startsWith("[SQLITE_BUSY");
  }

  private static boolean isPassing(SQLException e) {
    String state = state(e);
    return state.startsWith("08")
        || isDown(state)
        // A serialization failure, a deadlock.
        || state.equals("40001")
        || state.equals("40P01")
        || isHeldLock(e)
        // Too many connections.
        || state.equals("53300")
        || e instanceof SQLTransientException
        || e instanceof SQLRecoverableException
        || e instanceof SQLNonTransientConnectionException && !state.startsWith("28");
  }
}
