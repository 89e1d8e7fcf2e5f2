package dev.sluice.connectors.flume.client;

import dev.sluice.connectors.flume.FlumeEvents;
import dev.sluice.connectors.flume.FlumeSettings;
import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.ipc.netty.NettyServer;
import org.jspecify.annotations.Nullable;

/** Listens for agents. An agent is told {@code OK} when its events are kept, and not before. */
final class FlumeReceiver implements Receiver {
  /** How many agents can be waited for at a time. */
  private static final int CALLS = 16;

  private static final int STEP_MILLIS = 100;
  private static final long MOST_ANSWERING_NANOS = 2_000_000_000L;

  /** How much may come out of one piece of compressed input. */
  private static final int MOST_INFLATED = 64 << 20;

  private final FlumeSettings settings;
  private final Clock clock;

  /** In the order in which they hand on what comes. */
  private final List<EventLoopGroup> groups = new ArrayList<>();

  private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
  private @Nullable NettyServer server;
  private volatile boolean closed;

  FlumeReceiver(FlumeSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public String description() {
    NettyServer open = server;
    int port = open == null ? settings.port() : open.getPort();
    return "FlumeSource[" + settings.host() + ":" + port + "]";
  }

  @Override
  public void start(Inbox inbox) {
    Optional<Tls> tls = Tls.of(settings);
    try {
      server =
          new NettyServer(
              new AvroSource(events -> take(events, inbox)),
              new InetSocketAddress(settings.host(), settings.port()),
              channel -> prepare(channel, tls),
              bootstrap -> {},
              group(new NioEventLoopGroup(1, threads("accept"))),
              group(new NioEventLoopGroup(2, threads("io"))),
              group(new DefaultEventLoopGroup(CALLS, threads("call"))));
    } catch (InterruptedException e) {
      throw PipelineException.stopped("opening the port for events", e);
    } catch (Exception e) {
      // Netty throws BindException, which nobody declares.
      throw cannotListen(e);
    }
  }

  private EventLoopGroup group(EventLoopGroup group) {
    groups.add(group);
    return group;
  }

  private static DefaultThreadFactory threads(String work) {
    return new DefaultThreadFactory("sluice-flume-" + work, true);
  }

  private PipelineException cannotListen(Exception e) {
    return new PipelineException(
        "flume-failed",
        "cannot listen for Flume agents at '"
            + settings
            + "': "
            + e.getMessage()
            + "; see that nothing else listens there, and that 'host' is an address of this machine",
        e);
  }

  /** In front of Avro's handlers: encrypted outside, compressed inside, as Flume does it. */
  private void prepare(SocketChannel channel, Optional<Tls> tls) {
    channels.add(channel);
    if (settings.deflate()) {
      channel.pipeline().addFirst("deflate", ZlibCodecFactory.newZlibEncoder(ZlibWrapper.ZLIB));
      channel
          .pipeline()
          .addFirst("inflate", ZlibCodecFactory.newZlibDecoder(ZlibWrapper.ZLIB, MOST_INFLATED));
    }
    tls.ifPresent(own -> channel.pipeline().addFirst("tls", new SslHandler(own.engine())));
  }

  private boolean take(List<AvroSource.Event> events, Inbox inbox) {
    if (events.isEmpty()) {
      return true;
    }
    CountDownLatch waiting = new CountDownLatch(1);
    long micros = clock.millis() * 1000;
    try {
      inbox.accept(
          events.stream()
              .map(event -> FlumeEvents.received(micros, event.headers(), event.body()))
              .toList(),
          waiting::countDown);
      while (!waiting.await(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
        if (closed) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    NettyServer open = server;
    if (open != null) {
      answer();
    }
    // The server itself would wait for seconds, in case something still comes.
    groups.forEach(group -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
    if (open != null) {
      open.close();
    }
  }

  /** Waits until the calls under way are over, and their replies written. */
  private void answer() {
    channels.forEach(channel -> channel.config().setAutoRead(false));
    long begun = System.nanoTime();
    // What was read is handed to a call, and its reply back: each thread does in order what it is
    // given, so that after two rounds nothing is on its way.
    for (int round = 0; round < 2; round++) {
      for (EventLoopGroup group : groups) {
        List<Future<?>> reached = new ArrayList<>();
        group.forEach(executor -> reached.add(executor.submit(() -> {})));
        for (Future<?> one : reached) {
          long left = MOST_ANSWERING_NANOS - (System.nanoTime() - begun);
          one.awaitUninterruptibly(Math.max(0, left), TimeUnit.NANOSECONDS);
        }
      }
    }
  }
}
