package dev.sluice.connectors.socket;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.receiver.ReceivedSource;
import dev.sluice.connectors.receiver.ReceiverOptions;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/**
 * {@code socket}: lines from a TCP server, kept in the checkpoint before a batch has them. The
 * server is told nothing, so what it sent and nobody has kept yet is gone after a crash.
 */
public final class SocketSourceType implements SourceType, ConnectionCheck {
  private static final List<Option> OPTIONS =
      List.of(
          Option.text("host", "The server to connect to").mandatory(),
          Option.integer("port", "Its port").mandatory().atLeast(1),
          Option.flag("includeTimestamp", false, "Adds a column with the time each line came"),
          Option.integer("numPartitions", "Into how many parts a batch is cut; as many as workers")
              .atLeast(1),
          Option.integer(ReceiverOptions.MOST_RECORDS, "At most so many lines in a batch")
              .atLeast(1),
          ReceiverOptions.settle());

  @Override
  public String name() {
    return "socket";
  }

  @Override
  public String summary() {
    return "Lines of text from a TCP server, kept before they are processed";
  }

  @Override
  public List<Option> options() {
    return OPTIONS;
  }

  @Override
  public SchemaRule schemaRule() {
    return SchemaRule.REFUSED;
  }

  @Override
  public void check(Options options, boolean streaming, Problems problems) {
    if (!streaming) {
      problems.error(
          "refused-option",
          options.at(),
          "lines that have yet to come are no table",
          "leave 'static: true' out");
    }
    if (options.findNumber("port").orElse(1L) > 65535) {
      problems.error(
          "invalid-option-value",
          options.at("port"),
          "'" + options.text("port") + "' is no port",
          "ports go up to 65535");
    }
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    return Optional.of(lines(options).raw());
  }

  private static SocketLines lines(Options options) {
    return new SocketLines(options.flag("includeTimestamp"));
  }

  /** Connects only when the first batch looks for data, so that batch 0 is empty, as in Spark. */
  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    SocketReceiver receiver =
        new SocketReceiver(options.text("host"), (int) options.number("port"), context.clock());
    int parts =
        options.findNumber("numPartitions").map(Long::intValue).orElse(context.parallelism());
    return ReceivedSource.open(
        receiver, lines(options), options, Optional.empty(), context.withParallelism(parts));
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + request.options().text("host") + ":" + request.options().text("port") + "'";
  }

  /** Connects and ends the connection at once: nothing that was sent meanwhile is kept. */
  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    String host = request.options().text("host");
    int port = (int) request.options().number("port");
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(request.patienceMillis()));
    } catch (IOException e) {
      problems.error(
          "socket-unreachable",
          request.options().at("port"),
          "cannot connect to '" + host + ":" + port + "': " + e.getMessage(),
          "start a server there, for example 'nc -lk " + port + "'");
    }
    return new Connected("a server at '" + host + ":" + port + "'");
  }
}
