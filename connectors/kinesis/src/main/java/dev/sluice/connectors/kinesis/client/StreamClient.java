package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.kinesis.Connection;
import dev.sluice.connectors.kinesis.Position;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/** One stream. Its requests throw {@link SdkException} unless they say otherwise. Thread-safe. */
final class StreamClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamClient.class);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int SHARDS_AT_ONCE = 1000;

  private final KinesisClient client;
  private final String name;
  private final Optional<String> arn;
  private final Failures failures;
  private final long patienceMillis;
  private final Clock clock;
  private final RetryTally tally = new RetryTally();

  /**
   * A shard.
   *
   * @param parents those it came from by a split or a merge
   * @param closed true if nothing is added to it any more
   */
  record ShardInfo(
      String id, List<String> parents, boolean closed, BigInteger firstHash, BigInteger lastHash) {}

  private StreamClient(
      KinesisClient client,
      String name,
      Optional<String> arn,
      Failures failures,
      long patienceMillis,
      Clock clock) {
    this.client = client;
    this.name = name;
    this.arn = arn;
    this.failures = failures;
    this.patienceMillis = patienceMillis;
    this.clock = clock;
  }

  static StreamClient connect(Options options, Failures failures, Clock clock) {
    try {
      KinesisClientBuilder builder =
          KinesisClient.builder()
              .credentialsProvider(credentials(options))
              .httpClientBuilder(
                  UrlConnectionHttpClient.builder()
                      .connectionTimeout(Duration.ofSeconds(5))
                      .socketTimeout(ANSWER))
              // Repeated here instead, where it can be counted and ended.
              .overrideConfiguration(
                  configuration -> configuration.retryStrategy(AwsRetryStrategy.doNotRetry()));
      options
          .find(Connection.ENDPOINT)
          .ifPresent(server -> builder.endpointOverride(URI.create(server.trim())));
      Connection.region(options).ifPresent(region -> builder.region(Region.of(region)));
      return new StreamClient(
          builder.build(),
          Connection.stream(options),
          options.find(Connection.ARN).map(String::trim),
          failures,
          options.millis(Connection.PATIENCE),
          clock);
    } catch (SdkException e) {
      throw failures.of("connecting", e);
    }
  }

  private static AwsCredentialsProvider credentials(Options options) {
    Optional<String> access = options.find(Connection.ACCESS_KEY);
    Optional<String> secret = options.find(Connection.SECRET_KEY);
    AwsCredentialsProvider own;
    if (access.isPresent() && secret.isPresent()) {
      Optional<String> token = options.find(Connection.SESSION_TOKEN);
      own =
          StaticCredentialsProvider.create(
              token.isPresent()
                  ? AwsSessionCredentials.create(access.get(), secret.get(), token.get())
                  : AwsBasicCredentials.create(access.get(), secret.get()));
    } else {
      own = DefaultCredentialsProvider.builder().build();
    }
    return options.find(Connection.ROLE).map(role -> inRole(role, own, options)).orElse(own);
  }

  private static AwsCredentialsProvider inRole(
      String role, AwsCredentialsProvider own, Options options) {
    StsClientBuilder sts =
        StsClient.builder()
            .credentialsProvider(own)
            .httpClientBuilder(UrlConnectionHttpClient.builder());
    Connection.region(options).ifPresent(region -> sts.region(Region.of(region)));
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(sts.build())
        .refreshRequest(
            request ->
                request
                    .roleArn(role.trim())
                    .externalId(options.find(Connection.ROLE_ID).orElse(null))
                    .roleSessionName(options.text(Connection.ROLE_SESSION).trim()))
        .build();
  }

  private @Nullable String arn() {
    return arn.orElse(null);
  }

  /** How long records are kept; empty if we may not ask. Fails at once if there is no stream. */
  Optional<Duration> retention() {
    try {
      return Optional.of(
          Duration.ofHours(
              client
                  .describeStreamSummary(request -> request.streamName(name).streamARN(arn()))
                  .streamDescriptionSummary()
                  .retentionPeriodHours()));
    } catch (SdkException e) {
      if (e.getMessage() != null && e.getMessage().contains("AccessDenied")) {
        return Optional.empty();
      }
      throw failures.of("looking for the stream", e);
    }
  }

  /** All shards that are there, the closed ones too. Waits for Kinesis; fails in words. */
  List<ShardInfo> shards() {
    return patiently("listing the shards", this::shardsNow);
  }

  private List<ShardInfo> shardsNow() {
    List<ShardInfo> all = new ArrayList<>();
    String next = null;
    do {
      ListShardsRequest.Builder request = ListShardsRequest.builder().maxResults(SHARDS_AT_ONCE);
      // A request that goes on may not name the stream again.
      request = next == null ? request.streamName(name).streamARN(arn()) : request.nextToken(next);
      ListShardsResponse answer = client.listShards(request.build());
      answer.shards().forEach(shard -> all.add(info(shard)));
      next = answer.nextToken();
    } while (next != null);
    return all;
  }

  private static ShardInfo info(Shard shard) {
    List<String> parents = new ArrayList<>();
    if (shard.parentShardId() != null) {
      parents.add(shard.parentShardId());
    }
    if (shard.adjacentParentShardId() != null) {
      parents.add(shard.adjacentParentShardId());
    }
    return new ShardInfo(
        shard.shardId(),
        parents,
        shard.sequenceNumberRange().endingSequenceNumber() != null,
        new BigInteger(shard.hashKeyRange().startingHashKey()),
        new BigInteger(shard.hashKeyRange().endingHashKey()));
  }

  /** A token by which records behind a position are asked for; good for five minutes. */
  String iterator(String shard, Position position) {
    try {
      return iteratorNow(shard, position);
    } catch (InvalidArgumentException e) {
      // Times in its future are refused, and its clock may be behind ours.
      boolean aboutNow =
          position.kind() == Position.Kind.AT_TIMESTAMP
              && position.millis() > clock.millis() - ShardReader.SKEW_MILLIS;
      if (!aboutNow) {
        throw e;
      }
      LOG.debug("{} is the future to Kinesis: reading from its present", position.millis(), e);
      return client
          .getShardIterator(
              request ->
                  request
                      .streamName(name)
                      .streamARN(arn())
                      .shardId(shard)
                      .shardIteratorType(ShardIteratorType.LATEST))
          .shardIterator();
    }
  }

  private String iteratorNow(String shard, Position position) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamName(name).streamARN(arn()).shardId(shard);
    switch (position.kind()) {
      case TRIM_HORIZON -> request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
      case AT_TIMESTAMP -> {
        if (position.millis() >= clock.millis()) {
          request.shardIteratorType(ShardIteratorType.LATEST);
        } else {
          request
              .shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
              .timestamp(Instant.ofEpochMilli(position.millis()));
        }
      }
      case AFTER_SEQUENCE_NUMBER ->
          request
              .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
              .startingSequenceNumber(position.number());
      case SHARD_END -> throw new IllegalArgumentException("nothing comes after the end");
    }
    return client.getShardIterator(request.build()).shardIterator();
  }

  GetRecordsResponse records(String iterator, int limit) {
    return client.getRecords(
        request -> request.shardIterator(iterator).limit(limit).streamARN(arn()));
  }

  PutRecordsResponse put(List<PutRecordsRequestEntry> entries) {
    return client.putRecords(request -> request.streamName(name).streamARN(arn()).records(entries));
  }

  private <T> T patiently(String doing, Supplier<T> request) {
    Patience patience = patience(doing);
    while (true) {
      try {
        return request.get();
      } catch (SdkException e) {
        long pause = patience.failed(e);
        LOG.debug("{} fails, repeated in {} ms", doing, pause, e);
        try {
          clock.sleep(pause);
        } catch (InterruptedException interrupted) {
          throw failures.interrupted();
        }
      }
    }
  }

  /** For a request that is repeated. */
  Patience patience(String doing) {
    return new Patience(doing, failures, patienceMillis, clock, tally);
  }

  /** The requests that were repeated. */
  Retried retried() {
    return tally.retried();
  }

  @Override
  public void close() {
    client.close();
  }
}
