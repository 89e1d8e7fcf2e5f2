package dev.sluice.connectors.kinesis.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AggregationTest {
  private static final BigInteger LAST = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);
  private static final BigInteger MIDDLE = BigInteger.TWO.pow(127);

  /** As the producer library joins records, each with a key of its own and a tag. */
  static byte[] joined(List<String> keys, List<String> data) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    keys.forEach(key -> part(message, 1, key.getBytes(UTF_8)));
    for (int i = 0; i < data.size(); i++) {
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      record.write(1 << 3);
      record.write(i);
      part(record, 3, data.get(i).getBytes(UTF_8));
      part(record, 4, new byte[] {0x0A, 1, 't'});
      part(message, 3, record.toByteArray());
    }
    return sealed(message.toByteArray());
  }

  private static byte[] sealed(byte[] message) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(new byte[] {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2});
    all.writeBytes(message);
    try {
      all.writeBytes(MessageDigest.getInstance("MD5").digest(message));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return all.toByteArray();
  }

  private static void part(ByteArrayOutputStream out, int field, byte[] bytes) {
    out.write(field << 3 | 2);
    int length = bytes.length;
    while (length > 127) {
      out.write(length & 0x7F | 0x80);
      length >>>= 7;
    }
    out.write(length);
    out.writeBytes(bytes);
  }

  private static List<String> texts(Optional<List<UserRecord>> records) {
    return records.orElseThrow().stream()
        .map(r -> r.partitionKey() + "=" + new String(r.data(), r.start(), r.length(), UTF_8))
        .toList();
  }

  @Test
  void givesTheRecordsInOrder() {
    String large = "x".repeat(300);
    byte[] data = joined(List.of("a", "b", "c"), List.of("1", "", large));
    assertThat(texts(Aggregation.split(data, BigInteger.ZERO, LAST)))
        .containsExactly("a=1", "b=", "c=" + large);
  }

  @Test
  void leavesOutWhatBelongsToAnotherShard() {
    byte[] data = joined(List.of("a", "b", "c", "d"), List.of("1", "2", "3", "4"));
    List<String> low = texts(Aggregation.split(data, BigInteger.ZERO, MIDDLE));
    List<String> high = texts(Aggregation.split(data, MIDDLE.add(BigInteger.ONE), LAST));
    assertThat(low).isNotEmpty().doesNotContainAnyElementsOf(high);
    assertThat(low.size() + high.size()).isEqualTo(4);
  }

  @Test
  void whatOnlyLooksLikeItIsAPlainRecord() {
    byte[] data = joined(List.of("a"), List.of("1"));
    data[data.length - 1]++;
    assertThat(Aggregation.split(data, BigInteger.ZERO, LAST)).isEmpty();
    assertThat(Aggregation.split(new byte[0], BigInteger.ZERO, LAST)).isEmpty();
    byte[] magic = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
    assertThat(Aggregation.split(magic, BigInteger.ZERO, LAST)).isEmpty();
  }

  @Test
  void damageUnderARightDigestIsAPlainRecordToo() {
    byte[] negative = {0x1A, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
    byte[] cut = {0x1A, 100};
    byte[] noKey = {0x1A, 2, 0x08, 5};
    for (byte[] message : List.of(negative, cut, noKey)) {
      assertThat(Aggregation.split(sealed(message), BigInteger.ZERO, LAST)).isEmpty();
    }
  }
}
