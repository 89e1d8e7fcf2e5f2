package dev.sluice.connectors.flume;

import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.connection.Connected;
import dev.sluice.connectors.connection.ConnectionCheck;
import dev.sluice.connectors.connection.ConnectionRequest;
import dev.sluice.connectors.receiver.ReceivedSource;
import dev.sluice.connectors.receiver.ReceiverOptions;
import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.io.Locations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code flume}: events that agents send, kept in the checkpoint before the agent is told. */
public final class FlumeSourceType implements SourceType, ConnectionCheck {
  private static final String HOST = "host";
  private static final String PORT = "port";
  private static final String COMPRESSION = "compression";
  private static final String KEYS = "keystore";
  private static final String TRUSTED = "truststore";

  /** Made when a pipeline names Flume, and not before. */
  private static final class Declared {
    static final ReceiverOptions RECEIVER = new ReceiverOptions();
    static final List<Option> OPTIONS =
        RECEIVER.with(
            List.of(
                Option.text(HOST, "The address to listen at; 0.0.0.0 for all that there are")
                    .alias("bind")
                    .orElse("127.0.0.1"),
                Option.integer(PORT, "The port to listen at").mandatory().atLeast(0),
                Option.choice(
                        COMPRESSION,
                        List.of("none", "deflate"),
                        "As the agent's sink says: compression-type")
                    .alias("compression-type")
                    .orElse("none"),
                Option.text(KEYS, "A file with the server's certificate and key: turns on TLS"),
                Option.text(KEYS + "Password", "Its password").alias("keystore-password").hidden(),
                Option.choice(KEYS + "Type", List.of("PKCS12", "JKS"), "Its form")
                    .alias("keystore-type")
                    .orElse("PKCS12"),
                Option.text(
                    TRUSTED, "A file with certificates, one of which an agent must have signed by"),
                Option.text(TRUSTED + "Password", "Its password")
                    .alias("truststore-password")
                    .hidden(),
                Option.choice(TRUSTED + "Type", List.of("PKCS12", "JKS"), "Its form")
                    .alias("truststore-type")
                    .orElse("PKCS12")));
  }

  @Override
  public String name() {
    return "flume";
  }

  @Override
  public String summary() {
    return "Events that Flume agents send through their Avro sink, each kept before the agent is"
        + " told";
  }

  @Override
  public List<Option> options() {
    return Declared.OPTIONS;
  }

  @Override
  public SchemaRule schemaRule() {
    return SchemaRule.OPTIONAL;
  }

  @Override
  public Schema hiddenColumns() {
    return ReceivedSource.hidden(FlumeEvents.INSTANCE);
  }

  @Override
  public void check(Options options, Problems problems) {
    Declared.RECEIVER.check(options, problems);
    if (options.findNumber(PORT).orElse(0L) > 65535) {
      problems.error(
          "invalid-option-value",
          options.at(PORT),
          "'" + options.text(PORT) + "' is no port",
          "ports go up to 65535");
    }
    if (options.isGiven(TRUSTED) && !options.isGiven(KEYS)) {
      problems.error(
          "missing-option",
          options.at(TRUSTED),
          "agents show certificates only where the server does",
          "add '" + KEYS + "'");
    }
    for (String file : List.of(KEYS, TRUSTED)) {
      if (options.isGiven(file) && !options.isGiven(file + "Password")) {
        problems.error(
            "missing-option",
            options.at(file),
            "'" + file + "' needs its password",
            "add '" + file + "Password: ${file:PATH}'");
      }
      if (!options.isGiven(file) && options.isGiven(file + "Password")) {
        problems.error(
            "useless-option",
            options.at(file + "Password"),
            "'" + file + "Password' says nothing without '" + file + "'",
            "name the file, or leave it out");
      }
    }
  }

  @Override
  public Optional<Schema> schema(Options options, Optional<Schema> declared, Problems problems) {
    return Declared.RECEIVER.schema(FlumeEvents.INSTANCE, options, declared, problems);
  }

  @Override
  public String address(ConnectionRequest request) {
    return "'" + request.options().text(HOST).trim() + ":" + request.options().text(PORT) + "'";
  }

  /** Whether the port can be listened at: it is taken for a moment, and given back. */
  @Override
  public Connected checkConnection(ConnectionRequest request, Problems problems) {
    Options options = request.options();
    String host = options.text(HOST).trim();
    int port = Math.toIntExact(options.number(PORT));
    String address = "'" + host + ":" + port + "'";
    InetAddress at;
    try {
      at = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      problems.error(
          "unknown-host",
          options.at(HOST),
          "there is no address '" + host + "'",
          "give one of this machine's, or 0.0.0.0 for all of them");
      return new Connected("");
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(at, port));
    } catch (IOException e) {
      problems.error(
          "flume-failed",
          options.at(PORT),
          "cannot listen for Flume agents at " + address + ": " + e.getMessage(),
          "end what listens there (this pipeline, if it runs), or give another 'host' or 'port'");
    }
    for (String file : List.of(KEYS, TRUSTED)) {
      options
          .find(file)
          .map(path -> Path.of(Locations.resolve(path, request.baseDirectory())))
          .filter(path -> !Files.isReadable(path))
          .ifPresent(
              path ->
                  problems.error(
                      "file-not-found",
                      options.at(file),
                      "the file '" + path + "' cannot be read",
                      "correct '" + file + "'"));
    }
    return new Connected("Flume agents can connect to " + address);
  }

  @Override
  public Source open(Options options, Optional<Schema> declared, SourceContext context) {
    FlumeSettings settings =
        new FlumeSettings(
            options.text(HOST).trim(),
            Math.toIntExact(options.number(PORT)),
            options.text(COMPRESSION).trim().equalsIgnoreCase("deflate"),
            file(options, KEYS, context),
            file(options, TRUSTED, context));
    FlumeReceivers receivers =
        ConnectorLibraries.load(
            FlumeReceivers.class, FlumeSourceType.class, "flume", "netty", "avro");
    return ReceivedSource.open(
        receivers.receiver(settings, context.clock()),
        FlumeEvents.INSTANCE,
        options,
        declared,
        context);
  }

  private static Optional<FlumeSettings.KeyFile> file(
      Options options, String name, SourceContext context) {
    return options
        .find(name)
        .map(
            path ->
                new FlumeSettings.KeyFile(
                    Locations.resolve(path, context.baseDirectory()),
                    options.text(name + "Password"),
                    options.text(name + "Type").trim()));
  }
}
