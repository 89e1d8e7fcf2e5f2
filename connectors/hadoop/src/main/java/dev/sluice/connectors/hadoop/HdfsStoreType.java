package dev.sluice.connectors.hadoop;

import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.connectors.store.FileStoreClient;
import dev.sluice.connectors.store.FileStoreClientFactory;
import dev.sluice.connectors.store.FileStoreType;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.component.Option;
import java.util.List;
import java.util.Map;

/**
 * HDFS. Its client has hundreds of settings of its own: all that begin as they do are handed to it,
 * above what {@code core-site.xml} and {@code hdfs-site.xml} in {@code HADOOP_CONF_DIR} say.
 */
public final class HdfsStoreType implements FileStoreType {
  public static final String DEFAULT = "fs.defaultFS";
  public static final String PRINCIPAL = "sluice.kerberos.principal";
  public static final String KEYTAB = "sluice.kerberos.keytab";
  public static final String USER = "hadoop.user.name";

  @Override
  public List<String> schemes() {
    return List.of("hdfs");
  }

  @Override
  public String summary() {
    return "HDFS";
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.text(DEFAULT, "The name node of locations without one: 'hdfs:///path'"),
        Option.text(USER, "The user without Kerberos; that of the process if unset"),
        Option.text(PRINCIPAL, "With Kerberos: who logs in; the ticket cache if unset"),
        Option.text(KEYTAB, "With Kerberos: the file with the keys of the principal"));
  }

  @Override
  public List<String> passThroughPrefixes() {
    return List.of("dfs.", "fs.hdfs.", "fs.automatic.", "hadoop.", "io.", "ipc.", "net.");
  }

  @Override
  public List<String> check(StoreSettings settings) {
    return settings.find(PRINCIPAL).isPresent() == settings.find(KEYTAB).isPresent()
        ? List.of()
        : List.of("'" + PRINCIPAL + "' and '" + KEYTAB + "' go together");
  }

  @Override
  public StoreSettings impatient(StoreSettings settings) {
    return settings.orElse(
        Map.of(
            "dfs.client.retry.policy.enabled", "false",
            "dfs.client.failover.max.attempts", "2",
            "ipc.client.connect.max.retries", "1",
            "ipc.client.connect.max.retries.on.timeouts", "1",
            "ipc.client.connect.timeout", "5000"));
  }

  @Override
  public FileStoreClient connect(StoreSettings settings) {
    return ConnectorLibraries.load(FileStoreClientFactory.class, HdfsStoreType.class, "hadoop")
        .create(settings);
  }
}
