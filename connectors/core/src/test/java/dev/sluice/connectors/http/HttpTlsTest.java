package dev.sluice.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.testing.Rows;
import dev.sluice.connectors.testing.SinkContexts;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.plan.OutputMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server with a certificate of its own making. */
class HttpTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final Schema SCHEMA = Schema.of(new Field("n", AtomicType.BIGINT));

  @TempDir static Path folder;
  private static HttpsServer server;
  private static final List<String> BODIES = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  static void start() throws Exception {
    Path keys = folder.resolve("keys.p12");
    keytool("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost");
    keytool(
        "-exportcert", "-rfc", "-alias", "server", "-file", folder.resolve("ca.pem").toString());
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          BODIES.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  private static void keytool(String... words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(words));
    command.addAll(
        List.of(
            "-keystore",
            folder.resolve("keys.p12").toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD)));
    if (words[0].equals("-genkeypair")) {
      command.addAll(List.of("-ext", "san=ip:127.0.0.1,dns:localhost"));
    }
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("keytool.log"))).isZero();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static void send(Map<String, String> more) {
    HttpSinkType type = new HttpSinkType();
    Map<String, String> given =
        new HashMap<>(Map.of("url", "https://127.0.0.1:" + server.getAddress().getPort() + "/in"));
    given.putAll(more);
    Clock never =
        new Clock() {
          @Override
          public long millis() {
            return 0;
          }

          @Override
          public long nanos() {
            return 0;
          }

          @Override
          public void sleep(long millis) {
            throw new IllegalStateException("it tries again");
          }
        };
    try (Sink sink =
            type.open(
                SCHEMA,
                List.of(),
                OutputMode.APPEND,
                Options.of(type.options(), given),
                SinkContexts.of("q", any -> new LocalFileStore())
                    .clock(never)
                    .baseDirectory(folder.toString())
                    .build());
        Write write = sink.begin(0)) {
      Write.Part part = write.part(0);
      part.write(Rows.numbered(SCHEMA, 7, 1));
      part.finish();
      write.commit();
    }
  }

  @Test
  void aServerOfAKnownAuthorityIsTrusted() {
    send(Map.of("caCertificates", "ca.pem"));
    assertThat(BODIES).containsExactly("{\"n\":7}\n");
  }

  @Test
  void aServerThatNobodyVouchesForIsRefusedAtOnce() {
    assertThatThrownBy(() -> send(Map.of()))
        .hasMessageContaining("its certificate is not trusted")
        .hasMessageContaining("'caCertificates'");
  }

  @Test
  void aServerThatGoesAwayInTheHandshakeIsAskedAgain() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread leaving = new Thread(() -> leave(listening));
      leaving.setDaemon(true);
      leaving.start();
      String url = "https://127.0.0.1:" + listening.getLocalPort() + "/in";
      assertThatThrownBy(() -> send(Map.of("url", url))).hasMessageContaining("it tries again");
    }
  }

  /** As a server that restarts: each connection is taken, and ended at its first byte. */
  private static void leave(ServerSocket listening) {
    try {
      while (true) {
        try (Socket one = listening.accept()) {
          one.getInputStream().read();
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  void aFileWithoutCertificatesIsNamed() throws Exception {
    Files.writeString(folder.resolve("empty.pem"), "");
    assertThatThrownBy(() -> send(Map.of("caCertificates", "empty.pem")))
        .hasMessageContaining("empty.pem' holds no certificate");
    assertThatThrownBy(() -> send(Map.of("caCertificates", "no.pem")))
        .hasMessageContaining("no.pem' cannot be read");
  }

  @Test
  void aCertificateThatIsWrongItselfIsNotHelpedByAnAuthority() {
    for (Exception cause :
        List.of(
            new CertificateExpiredException("NotAfter: Sat Nov 21 00:00:00 UTC 2026"),
            new CertificateNotYetValidException("NotBefore: Sat Nov 21 00:00:00 UTC 2037"),
            new CertificateException("No subject alternative DNS name matching h found."),
            new CertificateException("No name matching h found"))) {
      assertThat(HttpSender.remedy((IOException) new SSLHandshakeException("no").initCause(cause)))
          .contains("its name or its dates are wrong");
    }
    assertThat(
            HttpSender.remedy(
                (IOException)
                    new SSLHandshakeException("no")
                        .initCause(new CertificateException("PKIX path building failed"))))
        .contains("caCertificates");
  }
}
