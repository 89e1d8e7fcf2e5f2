package dev.sluice.connectors.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;

/** A server for trials. */
public final class PostgresServer {
  private PostgresServer() {}

  /** {@code FOLDER PORT}: serves until it is killed; what it holds stays in the folder. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setDataDirectory(Path.of(arguments[0]))
            .setCleanDataDirectory(false)
            .setPort(Integer.parseInt(arguments[1]))
            .start();
    System.out.println("ready " + server.getJdbcUrl("postgres", "postgres"));
    Thread.currentThread().join();
  }
}
