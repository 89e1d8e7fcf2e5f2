package dev.sluice.connectors.hadoop;

import dev.sluice.connectors.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSNNTopology;

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
      Configuration configuration = configuration(folder);
      configuration.set("dfs.permissions.enabled", "false");
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

  /** One that looks at rights; whoever runs it may do everything. */
  public static HdfsServer guarded(Path folder) {
    try {
      MiniDFSCluster cluster =
          new MiniDFSCluster.Builder(configuration(folder)).numDataNodes(1).build();
      cluster.waitActive();
      return new HdfsServer(cluster);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two name nodes, of which the first serves; they look at rights. */
  public static HdfsServer pair(Path folder) {
    try {
      MiniDFSCluster cluster =
          new MiniDFSCluster.Builder(configuration(folder))
              .nnTopology(MiniDFSNNTopology.simpleHATopology())
              .numDataNodes(1)
              .build();
      cluster.waitActive();
      cluster.transitionToActive(0);
      return new HdfsServer(cluster);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Configuration configuration(Path folder) {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    configuration.set("dfs.replication", "1");
    configuration.set("dfs.heartbeat.interval", "1");
    configuration.set("dfs.namenode.fs-limits.min-block-size", "0");
    // A listing of more comes in pages.
    configuration.set("dfs.ls.limit", "10");
    configuration.set("dfs.namenode.safemode.extension", "0");
    return configuration;
  }

  /** Makes a folder that belongs to somebody, as its administrator does. */
  public void makeFolder(String path, String owner, String mode) {
    try {
      DistributedFileSystem system = cluster.getFileSystem(0);
      org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(path);
      system.mkdirs(folder);
      system.setPermission(folder, new FsPermission(mode));
      system.setOwner(folder, owner, owner);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code HADOOP_CONF_DIR} of a client of the pair holds, under the name of a service. */
  public void writeClientConfiguration(Path folder, String service) {
    List<String> sites = new ArrayList<>();
    sites.add(property("dfs.nameservices", service));
    sites.add(property("dfs.ha.namenodes." + service, "one,two"));
    sites.add(property("dfs.namenode.rpc-address." + service + ".one", address(0)));
    sites.add(property("dfs.namenode.rpc-address." + service + ".two", address(1)));
    sites.add(
        property(
            "dfs.client.failover.proxy.provider." + service,
            "org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider"));
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("core-site.xml"), site(property("fs.defaultFS", "hdfs://" + service)));
      Files.writeString(folder.resolve("hdfs-site.xml"), site(String.join("", sites)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String address(int node) {
    return "127.0.0.1:" + cluster.getNameNodePort(node);
  }

  private static String site(String properties) {
    return "<?xml version=\"1.0\"?>\n<configuration>\n" + properties + "</configuration>\n";
  }

  private static String property(String name, String value) {
    return "<property><name>" + name + "</name><value>" + value + "</value></property>\n";
  }

  /** The first name node of the pair goes, and the second takes its place. */
  public void failOver() {
    try {
      cluster.shutdownNameNode(0);
      cluster.transitionToActive(1);
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
