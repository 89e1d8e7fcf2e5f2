package dev.sluice.connectors.avro;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.operators.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Stands in for a schema registry: the four calls of Confluent's API that are used here, over real
 * HTTP. It judges no compatibility.
 */
final class RegistryServer implements AutoCloseable {
  private final HttpServer server;

  /** Schemas in the order of their numbers, from 1. */
  final List<String> schemas = new ArrayList<>();

  final List<String> calls = new ArrayList<>();

  /** How many calls fail before one is answered. */
  int failures;

  /** Where its calls begin; what lies outside is not the registry's. */
  String root = "";

  /** The number of a schema that is none of Avro's. */
  int foreign = -1;

  RegistryServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange call) throws IOException {
    try (call) {
      String path = call.getRequestURI().getRawPath();
      if (!path.startsWith(root + "/")) {
        byte[] page = "<html>not here</html>".getBytes(StandardCharsets.UTF_8);
        call.sendResponseHeaders(404, page.length);
        call.getResponseBody().write(page);
        return;
      }
      path = path.substring(root.length());
      calls.add(call.getRequestMethod() + " " + path);
      String content = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String user = "Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes());
      if (failures > 0) {
        failures--;
        send(call, 503, Map.of("message", "starting"));
      } else if (!"Bearer token".equals(call.getRequestHeaders().getFirst("Authorization"))
          && !user.equals(call.getRequestHeaders().getFirst("Authorization"))) {
        send(call, 401, Map.of("message", "Unauthorized"));
      } else if (path.equals("/schemas/types")) {
        send(call, 200, List.of("AVRO"));
      } else if (path.startsWith("/schemas/ids/")) {
        int id = Integer.parseInt(path.substring("/schemas/ids/".length()));
        boolean known = id > 0 && id <= schemas.size();
        send(
            call,
            known || foreign == id ? 200 : 404,
            foreign == id
                ? Map.of("schemaType", "PROTOBUF", "schema", "syntax = \"proto3\";")
                : known
                    ? Map.of("schema", schemas.get(id - 1))
                    : Map.of("error_code", 40403, "message", "Schema not found"));
      } else {
        String schema = String.valueOf(Json.parseObject(content).get("schema"));
        if (path.endsWith("/versions") && !schemas.contains(schema)) {
          schemas.add(schema);
        }
        int id = schemas.indexOf(schema) + 1;
        send(
            call,
            id == 0 ? 404 : 200,
            id == 0 ? Map.of("error_code", 40401, "message", "none") : Map.of("id", id));
      }
    }
  }

  private static void send(HttpExchange call, int status, Object body) throws IOException {
    byte[] text = Json.write(body).getBytes(StandardCharsets.UTF_8);
    call.sendResponseHeaders(status, text.length);
    call.getResponseBody().write(text);
  }

  /** Nobody answers any more. */
  void stop() {
    server.stop(0);
  }

  @Override
  public void close() {
    stop();
  }
}
