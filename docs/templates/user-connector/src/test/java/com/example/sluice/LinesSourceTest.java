package com.example.sluice;

import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.testing.FreePort;
import dev.sluice.connectors.testing.SourceContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The receiver. */
class LinesSourceTest extends SourceContract {
  private final int port = FreePort.find();
  private int sent;

  @Override
  protected SourceType type() {
    return new LinesSourceType();
  }

  @Override
  protected Map<String, String> options() {
    return Map.of("port", Integer.toString(port));
  }

  @Override
  protected Map<String, String> limit() {
    return Map.of("maxRecordsPerTrigger", "2");
  }

  @Override
  protected int mostRows() {
    return 2;
  }

  @Override
  protected boolean keepsForLater() {
    return false;
  }

  @Override
  protected int produce() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader answers =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < 3; i++) {
        socket.getOutputStream().write(("line " + sent++ + "\n").getBytes(StandardCharsets.UTF_8));
      }
      for (int i = 0; i < 3; i++) {
        answers.readLine();
      }
    }
    return 3;
  }
}
