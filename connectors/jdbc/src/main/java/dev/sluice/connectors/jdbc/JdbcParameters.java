package dev.sluice.connectors.jdbc;

import dev.sluice.operators.diagnostics.Names;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of JDBC addresses. Of the drivers that come along those are known that neither run
 * code nor load classes nor write files, and no others may stand in an address. What the driver of
 * another database makes of its parameters is its own: of those the ones that are known to be
 * dangerous are refused. Names are without regard to case.
 */
final class JdbcParameters {
  /** Any database's; without the underscores that some may have. */
  private static final Set<String> DANGEROUS =
      words(
          """
          init initsql databaseeventlistener tracelevelfile
          autodeserialize allowloadlocalinfile allowloadlocalinfileinpath allowurlinlocalinfile
          allowlocalinfile queryinterceptors statementinterceptors connectionlifecycleinterceptors
          exceptioninterceptors propertiestransform authenticationplugins
          defaultauthenticationplugin clientinfoprovider profilereventhandler queryinfocachefactory
          serverconfigcachefactory parseinfocachefactory loadbalanceexceptionchecker
          ha.loadbalancestrategy
          socketfactory socketfactoryarg socketfactoryclass socketfactoryconstructorarg
          connectexecutor connectexecutorarg classloaderstrategy
          sslfactory sslfactoryarg sslhostnameverifier sslpasswordcallback xmlfactoryfactory
          authenticationpluginclassname loggerfile
          trustmanagerclass trustmanagerconstructorarg accesstokencallbackclass
          clientrerouteserverlistjndiname clientrerouteserverlistjndicontext pluginclassname
          tracefile tracedirectory
          enableloadextension
          """);

  private static final Map<String, Set<String>> HARMLESS =
      Map.of(
          "postgresql",
          words(
              """
              user password ApplicationName currentSchema options
              ssl sslmode sslcert sslkey sslpassword sslrootcert sslNegotiation sslResponseTimeout
              pemKeyAlgorithm channelBinding requireAuth scramMaxIterations
              gssEncMode gsslib gssResponseTimeout gssUseDefaultCreds jaasApplicationName jaasLogin
              kerberosServerName useSpnego
              connectTimeout loginTimeout socketTimeout cancelSignalTimeout queryTimeout
              tcpKeepAlive tcpNoDelay receiveBufferSize sendBufferSize maxSendBufferSize
              maxResultBuffer localSocketAddress
              targetServerType loadBalanceHosts hostRecheckSeconds
              adaptiveFetch adaptiveFetchMaximum adaptiveFetchMinimum defaultRowFetchSize
              binaryTransfer binaryTransferEnable binaryTransferDisable
              prepareThreshold preparedStatementCacheQueries preparedStatementCacheSizeMiB
              preferQueryMode reWriteBatchedInserts reWriteBatchedInsertsSize
              databaseMetadataCacheFields databaseMetadataCacheFieldsMiB disableColumnSanitiser
              flushCacheOnDdl groupStartupParameters hideUnprivilegedObjects unknownLength
              allowEncodingChanges assumeMinServerVersion autosave cleanupSavepoints
              convertBooleanToNumeric escapeSyntaxCallMode protocolVersion
              quoteReturningIdentifiers readOnly readOnlyMode replication stringtype
              loggerLevel logServerErrorDetail logUnclosedConnections
              """),
          "mariadb",
          words(
              """
              user password database timezone connectionTimeZone connectionCollation
              forceConnectionTimeZoneToSession preserveInstants pureLocalDateTime autocommit
              useMysqlMetadata nullDatabaseMeansCurrent nullCatalogMeansCurrent useCatalogTerm
              databaseTerm createDatabaseIfNotExist useLocalSessionState
              returnMultiValuesGeneratedIds jdbcCompliantTruncation oldModeNoPrecisionTimestamp
              permitRedirect pinGlobalTxToPhysicalConnection permitNoResults permitMysqlScheme
              defaultFetchSize maxQuerySizeToLog maxAllowedPacket geometryDefaultType
              restrictedAuth transactionIsolation metaExportedKeys
              connectTimeout socketTimeout pipe localSocket localSocketAddress
              tcpKeepAlive tcpKeepIdle tcpKeepCount tcpKeepInterval tcpAbortiveClose
              useReadAheadInput uuidAsString
              useSsl tlsSocketType sslMode serverSslCert keyStore trustStore keyStorePassword
              trustStorePassword keyPassword keyStoreType trustStoreType enabledSslCipherSuites
              enabledSslProtocolSuites fallbackToSystemKeyStore fallbackToSystemTrustStore
              clientCertificateKeyStoreUrl clientCertificateKeyStorePassword
              clientCertificateKeyStoreType trustCertificateKeyStoreUrl
              trustCertificateKeyStorePassword trustCertificateKeyStoreType
              serverRsaPublicKeyFile allowPublicKeyRetrieval credentialType servicePrincipalName
              allowMultiQueries rewriteBatchedStatements useCompression useAffectedRows
              useBulkStmts useBulkStmtsForInserts disablePipeline cachePrepStmts prepStmtCacheSize
              useServerPrepStmts sessionVariables connectionAttributes
              disconnectOnExpiredPasswords blankTableNameMeta tinyInt1isBit
              transformedBitIsBoolean yearIsDateType dumpQueriesOnException
              includeInnodbStatusInDeadlockExceptions includeThreadDumpInDeadlockExceptions
              retriesAllDown galeraAllowedState transactionReplay transactionReplaySize
              useIpForKillQuery pool poolName maxPoolSize minPoolSize maxIdleTime registerJmxPool
              poolValidMinDelay useResetConnection
              useUnicode characterEncoding characterSetResults serverTimezone autoReconnect
              zeroDateTimeBehavior trustServerCertificate requireSSL verifyServerCertificate
              noAccessToProcedureBodies useLegacyDatetimeCode
              """),
          "sqlite",
          words(
              """
              mode cache immutable nolock psow
              open_mode shared_cache cache_size mmap_size case_sensitive_like count_changes
              default_cache_size defer_foreign_keys empty_result_callback encoding foreign_keys
              full_column_names fullsync incremental_vacuum journal_mode journal_size_limit
              legacy_alter_table legacy_file_format locking_mode page_size max_page_count
              read_uncommitted recursive_triggers reverse_unordered_selects secure_delete
              short_column_names synchronous temp_store user_version application_id
              wal_autocheckpoint limit_length limit_sql_length limit_column limit_expr_depth
              limit_compound_select limit_vdbe_op limit_function_arg limit_attached
              limit_like_pattern_length limit_variable_number limit_trigger_depth
              limit_worker_threads limit_page_count transaction_mode date_precision date_class
              date_string_format busy_timeout hexkey_mode password jdbc.explicit_readonly
              jdbc.get_generated_keys
              """));

  private JdbcParameters() {}

  private static Set<String> words(String text) {
    return Set.of(text.toLowerCase(Locale.ROOT).strip().split("\\s+"));
  }

  /** Whether it lets an address run code, load classes, or read or write files. */
  static boolean isDangerous(String name) {
    return DANGEROUS.contains(name.toLowerCase(Locale.ROOT).replace("_", ""));
  }

  /** Whether it may stand in an address of that database. */
  static boolean isHarmless(String database, String name) {
    Set<String> known = HARMLESS.get(database);
    return known == null || known.contains(name.toLowerCase(Locale.ROOT));
  }

  /** One that may be meant by one that is not known. */
  static Optional<String> near(String url, String name) {
    return isDangerous(name)
        ? Optional.empty()
        : Names.nearest(name, List.copyOf(HARMLESS.getOrDefault(JdbcUrl.database(url), Set.of())));
  }
}
