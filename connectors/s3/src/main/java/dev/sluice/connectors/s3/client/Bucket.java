package dev.sluice.connectors.s3.client;

import dev.sluice.connectors.s3.S3StoreType;
import dev.sluice.connectors.store.StoreSettings;
import dev.sluice.operators.component.Durations;
import dev.sluice.operators.io.RetryTally;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * One bucket and how it is spoken to.
 *
 * @param partBytes how much of a large file is sent at a time
 * @param bufferFolder where parts wait; null for the system's folder
 * @param encryption what is asked of S3 for new objects; null for the bucket's own
 * @param payer null unless the one who asks pays
 * @param tally of what the client sends again by itself, and of ranges read anew
 */
record Bucket(
    String name,
    S3Client s3,
    int partBytes,
    @Nullable Path bufferFolder,
    @Nullable ServerSideEncryption encryption,
    @Nullable String encryptionKey,
    @Nullable RequestPayer payer,
    RetryTally tally) {

  /** The least that S3 takes for a part that is not the last. */
  private static final long LEAST_PART = 5L << 20;

  private static final long MOST_PART = 1L << 30;

  static Bucket connect(String name, StoreSettings settings) {
    RetryTally tally = new RetryTally();
    long part = Long.parseLong(settings.find(S3StoreType.PART_SIZE).orElse("16777216").trim());
    return new Bucket(
        name,
        client(settings, tally),
        (int) Math.max(LEAST_PART, Math.min(MOST_PART, part)),
        settings.find(S3StoreType.BUFFER_FOLDER).map(Path::of).orElse(null),
        encryption(settings.find(S3StoreType.ENCRYPTION).orElse("")),
        settings.find(S3StoreType.ENCRYPTION_KEY).orElse(null),
        settings.flag(S3StoreType.REQUESTER_PAYS, false) ? RequestPayer.REQUESTER : null,
        tally);
  }

  private static @Nullable ServerSideEncryption encryption(String word) {
    return word.equalsIgnoreCase("AES256")
        ? ServerSideEncryption.AES256
        : word.equalsIgnoreCase("SSE-KMS") ? ServerSideEncryption.AWS_KMS : null;
  }

  private static S3Client client(StoreSettings settings, RetryTally tally) {
    Optional<String> endpoint = settings.find(S3StoreType.ENDPOINT).filter(text -> !text.isBlank());
    int attempts = Integer.parseInt(settings.find(S3StoreType.ATTEMPTS).orElse("10").trim());
    S3ClientBuilder builder =
        S3Client.builder()
            .credentialsProvider(credentials(settings))
            .forcePathStyle(settings.flag(S3StoreType.PATH_STYLE, false))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(duration(settings, S3StoreType.CONNECT_TIMEOUT, "10s"))
                    .socketTimeout(duration(settings, S3StoreType.TIMEOUT, "60s")))
            .overrideConfiguration(
                configuration ->
                    configuration
                        .addExecutionInterceptor(new CountRetries(tally))
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(Math.max(1, attempts))
                                .build()))
            .requestChecksumCalculation(
                settings.flag(S3StoreType.CHECKSUMS, true)
                    ? RequestChecksumCalculation.WHEN_SUPPORTED
                    : RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    endpoint.ifPresent(text -> builder.endpointOverride(endpoint(text, settings)));
    Optional<Region> region = region(settings);
    builder.region(region.orElse(Region.US_EAST_1));
    if (region.isEmpty() && endpoint.isEmpty()) {
      builder.crossRegionAccessEnabled(true);
    }
    return builder.build();
  }

  private static Duration duration(StoreSettings settings, String name, String standard) {
    return Duration.ofMillis(Durations.millis(settings.find(name).orElse(standard)));
  }

  private static URI endpoint(String text, StoreSettings settings) {
    String trimmed = text.trim();
    return URI.create(
        trimmed.contains("://")
            ? trimmed
            : (settings.flag(S3StoreType.SSL, true) ? "https://" : "http://") + trimmed);
  }

  /** What settings, environment and profile say; no machine is asked. */
  private static Optional<Region> region(StoreSettings settings) {
    Optional<String> given = settings.find(S3StoreType.REGION).filter(text -> !text.isBlank());
    if (given.isPresent()) {
      return given.map(text -> Region.of(text.trim()));
    }
    try {
      return Optional.ofNullable(
          new AwsRegionProviderChain(
                  new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
              .getRegion());
    } catch (SdkClientException e) {
      return Optional.empty();
    }
  }

  private static AwsCredentialsProvider credentials(StoreSettings settings) {
    Optional<String> access = settings.find(S3StoreType.ACCESS_KEY);
    Optional<String> secret = settings.find(S3StoreType.SECRET_KEY);
    if (access.isPresent() && secret.isPresent()) {
      Optional<String> token = settings.find(S3StoreType.SESSION_TOKEN);
      return StaticCredentialsProvider.create(
          token.isPresent()
              ? AwsSessionCredentials.create(access.get(), secret.get(), token.get())
              : AwsBasicCredentials.create(access.get(), secret.get()));
    }
    if (settings.find(S3StoreType.PROVIDER).orElse("").equalsIgnoreCase(S3StoreType.ANONYMOUS)) {
      return AnonymousCredentialsProvider.create();
    }
    return DefaultCredentialsProvider.builder().build();
  }

  /** The user metadata by which a writer knows its own object again. */
  static Map<String, String> mark(String write) {
    return Map.of("sluice-write", write);
  }
}
