package dev.sluice.connectors.kinesis.client;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Several records that Amazon's producer library joined into one: four magic bytes, a protocol
 * buffer with tables of keys and the records that refer to them, and its MD5.
 */
final class Aggregation {
  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
  private static final int DIGEST = 16;

  private final byte[] data;
  private int at;

  private Aggregation(byte[] data, int at) {
    this.data = data;
    this.at = at;
  }

  /**
   * The records in it, without those whose hash lies outside the shard: the producer sends these
   * again to where they belong. Empty if it is a plain record.
   */
  static Optional<List<UserRecord>> split(byte[] data, BigInteger firstHash, BigInteger lastHash) {
    int end = data.length - DIGEST;
    if (end < MAGIC.length
        || !Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || !Arrays.equals(md5(data, MAGIC.length, end), 0, DIGEST, data, end, data.length)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Aggregation(data, MAGIC.length).records(end, firstHash, lastHash));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      // The digest is right and the content is not: whoever made it meant something else.
      return Optional.empty();
    }
  }

  private static byte[] md5(byte[] data, int from, int to) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update(data, from, to - from);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<UserRecord> records(int end, BigInteger firstHash, BigInteger lastHash) {
    List<String> keys = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    List<int[]> places = new ArrayList<>();
    while (at < end) {
      long tag = varint();
      switch ((int) (tag >>> 3)) {
        case 1 -> keys.add(text());
        case 2 -> hashes.add(text());
        case 3 -> {
          int length = length();
          places.add(new int[] {at, at + length});
          at += length;
        }
        default -> skip(tag);
      }
    }
    List<UserRecord> records = new ArrayList<>();
    for (int[] place : places) {
      record(place[0], place[1], keys, hashes, firstHash, lastHash).ifPresent(records::add);
    }
    return records;
  }

  private Optional<UserRecord> record(
      int from,
      int end,
      List<String> keys,
      List<String> hashes,
      BigInteger firstHash,
      BigInteger lastHash) {
    at = from;
    int key = 0;
    int hash = -1;
    int start = from;
    int length = 0;
    while (at < end) {
      long tag = varint();
      switch ((int) (tag >>> 3)) {
        case 1 -> key = (int) varint();
        case 2 -> hash = (int) varint();
        case 3 -> {
          length = length();
          start = at;
          at += length;
        }
        default -> skip(tag);
      }
    }
    if (start + length > end) {
      throw new IndexOutOfBoundsException(start + length);
    }
    byte[] name = keys.get(key).getBytes(StandardCharsets.UTF_8);
    BigInteger place =
        hash >= 0 ? new BigInteger(hashes.get(hash)) : new BigInteger(1, md5(name, 0, name.length));
    return place.compareTo(firstHash) < 0 || place.compareTo(lastHash) > 0
        ? Optional.empty()
        : Optional.of(new UserRecord(keys.get(key), data, start, length));
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = data[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IndexOutOfBoundsException("a number without an end");
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > data.length - at) {
      throw new IndexOutOfBoundsException("a part of " + length + " bytes");
    }
    return (int) length;
  }

  private String text() {
    int length = length();
    String text = new String(data, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  private void skip(long tag) {
    switch ((int) (tag & 7)) {
      case 0 -> varint();
      case 1 -> at += 8;
      case 2 -> {
        int length = length();
        at += length;
      }
      case 5 -> at += 4;
      default -> throw new IndexOutOfBoundsException("no kind of field");
    }
    if (at < 0 || at > data.length) {
      throw new IndexOutOfBoundsException(at);
    }
  }
}
