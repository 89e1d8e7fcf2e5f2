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
  /** What a long-running query needs and Hadoop's defaults do not give; the user's word counts. */
  private static final Map<String, String> OURS =
      Map.of(
          // A name node that restarts, or is in safe mode, is waited for: ten times 1 s, 100 x 3 s.
          "dfs.client.retry.policy.enabled", "true",
          "dfs.client.retry.policy.spec", "1000,10,3000,100",
          // The last block of a file is looked for soon, and for as long as data nodes may need.
          "dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10",
          "dfs.client.block.write.locateFollowingBlock.retries", "100",
          "dfs.client.block.write.locateFollowingBlock.max.delay.ms", "3000",
          // We close what we opened, in our own order.
          "fs.automatic.close", "false");

  @Override
  public FileStoreClient create(StoreSettings settings) {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // Hadoop finds its parts by the thread's loader.
    Thread.currentThread().setContextClassLoader(HdfsClientFactory.class.getClassLoader());
    try {
      Configuration configuration = configuration(settings);
      UserGroupInformation.setConfiguration(configuration);
      FileSystems systems = new FileSystems(configuration, user(settings));
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
    } catch (IOException e) {
      throw new PipelineException(
          "hdfs-login-failed", "cannot log in to HDFS: " + e.getMessage(), e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
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
