package dev.sluice.connectors.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.store.StoreRegistry;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that come to no name node. */
class HdfsLoginTest {
  @TempDir Path folder;

  /** What a login holds for the whole process: in one of its own. */
  public static void main(String[] words) throws IOException {
    Map<String, String> settings =
        Map.of(
            "hadoop.security.authentication", "kerberos",
            "fs.defaultFS", "hdfs://cluster",
            "sluice.kerberos.principal", "etl@EXAMPLE.ORG",
            "sluice.kerberos.keytab", words[0]);
    try (StoreRegistry stores = new StoreRegistry(new StoreSettings(settings))) {
      stores.of("hdfs:///in").list("hdfs:///in");
    } catch (PipelineException e) {
      System.out.println(e.code() + ": " + e.getMessage());
    }
  }

  private String login(List<String> jvm) throws Exception {
    Path said = folder.resolve("said");
    Process process =
        JavaProcess.of(jvm, HdfsLoginTest.class.getName(), folder.resolve("no.keytab").toString())
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.waitFor();
    return Files.readString(said);
  }

  @Test
  void whoCannotLogInIsToldAsWhomByWhatAndWhatToDo() throws Exception {
    assertThat(
            login(
                List.of(
                    "-Djava.security.krb5.realm=EXAMPLE.ORG",
                    "-Djava.security.krb5.kdc=kdc.example.org")))
        .startsWith(
            "hdfs-login-failed: cannot log in to HDFS at 'hdfs://cluster' as 'etl@EXAMPLE.ORG' by '"
                + folder.resolve("no.keytab")
                + "': ")
        .contains("; see that the keytab", "the Kerberos server kdc.example.org can be reached");
  }

  @Test
  void aMachineWithoutKerberosIsToldSo() throws Exception {
    Path none = Files.writeString(folder.resolve("krb5.conf"), "[libdefaults]\n");
    assertThat(login(List.of("-Djava.security.krb5.conf=" + none)))
        .startsWith("hdfs-login-failed: cannot log in to HDFS at 'hdfs://cluster'")
        .contains("; see that the keytab", "that krb5.conf names for the realm");
  }

  @Test
  void aLocationWithoutANameNodeNeedsADefault() {
    try (StoreRegistry stores = new StoreRegistry(StoreSettings.NONE)) {
      assertThatThrownBy(() -> stores.of("hdfs:///in").list("hdfs:///in"))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("leads to no name node but to 'file:///'; name it as in")
          .hasMessageContaining("or set 'fs.defaultFS'");
    }
  }

  @Test
  void aNameServiceThatNobodyKnowsIsTold() {
    try (StoreRegistry stores = StoreRegistry.impatient(StoreSettings.NONE)) {
      assertThatThrownBy(() -> stores.of("hdfs://pair.invalid/in").list("hdfs://pair.invalid/in"))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("there is no host and no name service 'pair.invalid'; correct it");
    }
  }
}
