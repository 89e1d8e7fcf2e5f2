package dev.sluice.connectors.hadoop.client;

import dev.sluice.connectors.hadoop.HdfsStoreType;
import dev.sluice.connectors.store.FileStoreClient;
import dev.sluice.connectors.store.FileStoreClientFactory;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.UserGroupInformation;

/** Connects to HDFS. */
public final class HdfsClientFactory implements FileStoreClientFactory {
  private static final String WAIT_FOR_ONE = "dfs.client.retry.policy.enabled";

  /** What a long-running query needs and Hadoop's defaults do not give; the user's word counts. */
  private static final Map<String, String> OURS =
      Map.of(
          // A name node that restarts, or is in safe mode, is waited for: ten times 1 s, 100 x 3 s.
          WAIT_FOR_ONE,
          "true",
          "dfs.client.retry.policy.spec",
          "1000,10,3000,100",
          // The last block of a file is looked for soon, and for as long as data nodes may need.
          "dfs.client.block.write.locateFollowingBlock.initial.delay.ms",
          "10",
          "dfs.client.block.write.locateFollowingBlock.retries",
          "100",
          "dfs.client.block.write.locateFollowingBlock.max.delay.ms",
          "3000",
          // Of a name service: its name nodes in turn, with pauses of up to 15 s.
          "dfs.client.failover.max.attempts",
          "25",
          // We close what we opened, in our own order.
          "fs.automatic.close",
          "false");

  @Override
  public FileStoreClient create(StoreSettings settings) {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // Hadoop finds its parts by the thread's loader.
    Thread.currentThread().setContextClassLoader(HdfsClientFactory.class.getClassLoader());
    try {
      Configuration configuration = configuration(settings);
      UserGroupInformation.setConfiguration(configuration);
      FileSystems systems =
          new FileSystems(configuration, ofServices(configuration, settings), user(settings));
      return new FileStoreClient() {
        @Override
        public FileStore store(String scheme) {
          return new HdfsFileStore(scheme, systems);
        }

        @Override
        public void close() {
          systems.close();
        }
      };
    } catch (IOException | IllegalArgumentException e) {
      // Hadoop tells a configuration of Kerberos that is not there by the second.
      throw loginFailed(settings, e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static PipelineException loginFailed(StoreSettings settings, Exception e) {
    String at = settings.find(HdfsStoreType.DEFAULT).map(node -> " at '" + node + "'").orElse("");
    String who =
        settings.find(HdfsStoreType.PRINCIPAL).map(name -> " as '" + name + "'").orElse("")
            + settings.find(HdfsStoreType.KEYTAB).map(file -> " by '" + file + "'").orElse("");
    String kerberos =
        System.getProperty("java.security.krb5.kdc", "that krb5.conf names for the realm");
    return new PipelineException(
        "hdfs-login-failed",
        "cannot log in to HDFS"
            + at
            + who
            + ": "
            + reason(e)
            + "; see that the keytab (or, without one, the ticket of kinit) is there and is that of the"
            + " principal, and that the Kerberos server "
            + kerberos
            + " can be reached",
        e);
  }

  /** The innermost words, which the layers above only repeat. */
  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static Configuration configuration(StoreSettings settings) {
    Configuration configuration = new Configuration();
    configuration.setClassLoader(HdfsClientFactory.class.getClassLoader());
    OURS.forEach(configuration::set);
    String folder = System.getenv("HADOOP_CONF_DIR");
    if (folder != null && !folder.isBlank()) {
      for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
        Path file = Path.of(folder, name);
        if (Files.isReadable(file)) {
          configuration.addResource(new org.apache.hadoop.fs.Path(file.toUri()));
        }
      }
    }
    settings.all().forEach(configuration::set);
    return configuration;
  }

  /**
   * Of several name nodes one that is gone is not waited for: the next is asked, and so around for
   * about as long.
   */
  private static Configuration ofServices(Configuration configuration, StoreSettings settings) {
    Configuration services = new Configuration(configuration);
    if (settings.find(WAIT_FOR_ONE).isEmpty()) {
      services.set(WAIT_FOR_ONE, "false");
    }
    return services;
  }

  private static UserGroupInformation user(StoreSettings settings) throws IOException {
    Optional<String> principal = settings.find(HdfsStoreType.PRINCIPAL);
    Optional<String> keytab = settings.find(HdfsStoreType.KEYTAB);
    if (principal.isPresent() && keytab.isPresent()) {
      return UserGroupInformation.loginUserFromKeytabAndReturnUGI(principal.get(), keytab.get());
    }
    Optional<String> name = settings.find(HdfsStoreType.USER);
    return name.isPresent() && !UserGroupInformation.isSecurityEnabled()
        ? UserGroupInformation.createRemoteUser(name.get())
        : UserGroupInformation.getCurrentUser();
  }
}
