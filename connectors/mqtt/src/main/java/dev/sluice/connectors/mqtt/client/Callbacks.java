package dev.sluice.connectors.mqtt.client;

import dev.sluice.operators.io.Daemons;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Where messages are taken in. */
final class Callbacks {
  private Callbacks() {}

  /** One thread; what comes after it was shut down is dropped, as nobody was told of it. */
  static ExecutorService make() {
    return new ThreadPoolExecutor(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Daemons.factory("mqtt"),
        new ThreadPoolExecutor.DiscardPolicy());
  }
}
