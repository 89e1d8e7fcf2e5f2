package dev.sluice.connectors.flume.client;

import dev.sluice.connectors.flume.FlumeEvents;
import dev.sluice.connectors.flume.FlumeSettings;
import dev.sluice.connectors.receiver.Receiver;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
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

  /** How much may come out of one piece of compressed input. */
  private static final int MOST_INFLATED = 64 << 20;

  private final FlumeSettings settings;
  private final Clock clock;
  private final List<EventLoopGroup> groups = new ArrayList<>();
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
      Thread.currentThread().interrupt();
      throw new PipelineException("interrupted", "stopped before it could listen", e);
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
    if (settings.deflate()) {
      channel.pipeline().addFirst("deflate", ZlibCodecFactory.newZlibEncoder(ZlibWrapper.ZLIB));
      channel
          .pipeline()
          .addFirst("inflate", ZlibCodecFactory.newZlibDecoder(ZlibWrapper.ZLIB, MOST_INFLATED));
    }
    tls.ifPresent(own -> channel.pipeline().addFirst("tls", new SslHandler(own.engine())));
  }

  private boolean take(List<AvroSource.Event> events, Inbox inbox) {
    CountDownLatch waiting = new CountDownLatch(events.size());
    long micros = clock.millis() * 1000;
    try {
      for (AvroSource.Event event : events) {
        inbox.accept(
            FlumeEvents.received(micros, event.headers(), event.body()), waiting::countDown);
      }
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
    closed = true;
    // The server itself would wait for seconds, in case something still comes.
    groups.forEach(group -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS));
    NettyServer open = server;
    if (open != null) {
      open.close();
    }
  }
}
