package dev.sluice.connectors.hadoop;

import dev.sluice.connectors.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/**
 * A name node and a data node in this process, on the loopback interface. For tests, and for trials
 * by {@code scripts/services hdfs}.
 */
public final class HdfsServer implements AutoCloseable {
  private final MiniDFSCluster cluster;

  private HdfsServer(MiniDFSCluster cluster) {
    this.cluster = cluster;
  }

  /** Port 0 takes a free one; {@code fresh} forgets what the folder holds. */
  public static HdfsServer start(Path folder, int port, boolean fresh) {
    try {
      Configuration configuration = new Configuration();
      configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
      configuration.set("dfs.replication", "1");
      configuration.set("dfs.heartbeat.interval", "1");
      configuration.set("dfs.permissions.enabled", "false");
      configuration.set("dfs.namenode.fs-limits.min-block-size", "0");
      // A listing of more comes in pages.
      configuration.set("dfs.ls.limit", "10");
      configuration.set("dfs.namenode.safemode.extension", "0");
      MiniDFSCluster cluster =
          new MiniDFSCluster.Builder(configuration)
              .nameNodePort(port)
              .numDataNodes(1)
              .format(fresh)
              .build();
      cluster.waitActive();
      return new HdfsServer(cluster);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Such as {@code hdfs://127.0.0.1:8020}. */
  public String uri() {
    return "hdfs://127.0.0.1:" + cluster.getNameNodePort();
  }

  public StoreSettings settings() {
    return new StoreSettings(Map.of());
  }

  /** Stops the name node and starts it again on the same port. */
  public void restartNameNode() {
    try {
      cluster.restartNameNode(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void stopNameNode() {
    cluster.shutdownNameNode(0);
  }

  @Override
  public void close() {
    cluster.shutdown(false);
  }

  /** {@code FOLDER PORT}: serves until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[0]);
    boolean fresh = !folder.resolve("name-0-1").toFile().isDirectory();
    HdfsServer server = start(folder, Integer.parseInt(arguments[1]), fresh);
    System.out.println("ready " + server.uri());
    Thread.currentThread().join();
  }
}
