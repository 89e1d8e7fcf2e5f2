package dev.sluice.operators.function.math;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Digests as hexadecimal text, and Spark's {@code hash} (Murmur3) and {@code xxhash64} of any
 * values, seed 42.
 */
public final class HashFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("md5", "sha", "sha1", "sha2", "crc32", "hash", "xxhash64");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "md5" ->
          declare(
              name,
              "md5(expr)",
              "The MD5 digest in hexadecimal digits.",
              "md5('Spark')",
              "8cde774d6f7333752ed72cacddb05126",
              call -> digest(call, "MD5"));
      case "sha", "sha1" ->
          declare(
                  "sha1",
                  "sha1(expr)",
                  "The SHA-1 digest in hexadecimal digits.",
                  "sha1('Spark')",
                  "85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c",
                  call -> digest(call, "SHA-1"))
              .withAliases("sha");
      case "sha2" ->
          declare(
              name,
              "sha2(expr, bitLength)",
              "The SHA-2 digest of 224, 256 (also for 0), 384 or 512 bits; null for another"
                  + " length.",
              "sha2('Spark', 256)",
              "529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b",
              HashFunctions::bindSha2);
      case "crc32" ->
          declare(
              name,
              "crc32(expr)",
              "The CRC-32 checksum.",
              "crc32('Spark')",
              "1557323817",
              HashFunctions::bindCrc32);
      case "hash" ->
          declare(
              name,
              "hash(expr1, expr2, ...)",
              "The Murmur3 hash of the values, as Spark computes it.",
              "hash('Spark', array(123), 2)",
              "-1321691492",
              call -> bindHash(call, false));
      case "xxhash64" ->
          declare(
              name,
              "xxhash64(expr1, expr2, ...)",
              "The 64-bit xxHash of the values, as Spark computes it.",
              "xxhash64('Spark', array(123), 2)",
              "5602566077635097486",
              call -> bindHash(call, true));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String usage,
      String description,
      String sql,
      String result,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name, FunctionDoc.of("hash_funcs", usage, description, example(sql, result)), binder);
  }

  private static Expression digest(FunctionCall call, String algorithm) {
    call.requireCount(1, 1);
    Expression value = call.exactly(0, AtomicType.BINARY, AtomicType.STRING);
    return new ScalarCall(
        call.name(),
        List.of(value),
        AtomicType.STRING,
        value.nullable(),
        false,
        (columns, rows, context) -> {
          BytesColumn in = (BytesColumn) columns.get(0).flatten();
          MessageDigest digest = messageDigest(algorithm);
          BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
          for (int i = 0; i < rows; i++) {
            if (in.isNull(i)) {
              out.appendNull();
            } else {
              digest.update(in.data(), in.starts()[i], in.lengths()[i]);
              out.append(HexFormat.of().formatHex(digest.digest()));
            }
          }
          return out.build();
        });
  }

  private static MessageDigest messageDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static Expression bindSha2(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(
            call.exactly(0, AtomicType.BINARY, AtomicType.STRING), call.coerce(1, AtomicType.INT));
    return new ScalarCall(
        "sha2",
        arguments,
        AtomicType.STRING,
        true,
        false,
        (columns, rows, context) -> {
          BytesColumn in = (BytesColumn) columns.get(0).flatten();
          IntColumn bits = (IntColumn) columns.get(1).flatten();
          Validity valid = Nulls.of(in, bits, rows);
          BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
          for (int i = 0; i < rows; i++) {
            int length = bits.get(i) == 0 ? 256 : bits.get(i);
            if (valid.isNull(i)
                || (length != 224 && length != 256 && length != 384 && length != 512)) {
              out.appendNull();
            } else {
              MessageDigest digest = messageDigest("SHA-" + length);
              digest.update(in.data(), in.starts()[i], in.lengths()[i]);
              out.append(HexFormat.of().formatHex(digest.digest()));
            }
          }
          return out.build();
        });
  }

  private static Expression bindCrc32(FunctionCall call) {
    call.requireCount(1, 1);
    Expression value = call.exactly(0, AtomicType.BINARY, AtomicType.STRING);
    return new ScalarCall(
        "crc32",
        List.of(value),
        AtomicType.BIGINT,
        value.nullable(),
        false,
        (columns, rows, context) -> {
          BytesColumn in = (BytesColumn) columns.get(0).flatten();
          long[] result = new long[rows];
          CRC32 crc = new CRC32();
          for (int i = 0; i < rows; i++) {
            crc.reset();
            crc.update(in.data(), in.starts()[i], in.lengths()[i]);
            result[i] = crc.getValue();
          }
          return new LongColumn(AtomicType.BIGINT, result, in.validity(), rows);
        });
  }

  private static Expression bindHash(FunctionCall call, boolean wide) {
    call.requireCount(1, Integer.MAX_VALUE);
    for (int i = 0; i < call.count(); i++) {
      if (call.argument(i).type().any(type -> type == AtomicType.VARIANT)) {
        throw call.error(
            "DATATYPE_MISMATCH.HASH_VARIANT_TYPE",
            i,
            "'" + call.name() + "' takes no variants: equal ones may differ in their bytes",
            "hash the parts that you need, as in variant_get(v, '$.a', 'string')");
      }
      if (call.argument(i).type().any(MapType.class::isInstance)) {
        throw call.error(
            "DATATYPE_MISMATCH.HASH_MAP_TYPE",
            i,
            "'" + call.name() + "' takes no maps: equal ones would have different hashes",
            "hash sorted 'map_entries' instead");
      }
    }
    return new ScalarCall(
        call.name(),
        call.arguments(),
        wide ? AtomicType.BIGINT : AtomicType.INT,
        false,
        false,
        (columns, rows, context) -> hash(columns, rows, wide));
  }

  private static Column hash(List<Column> columns, int rows, boolean wide) {
    long[] hashes = new long[rows];
    Arrays.fill(hashes, 42L);
    for (Column column : columns) {
      (wide ? XxHash64.VALUES : Murmur3.VALUES).mix(column.flatten(), hashes);
    }
    if (wide) {
      return new LongColumn(AtomicType.BIGINT, hashes, Validity.ALL, rows);
    }
    int[] narrow = new int[rows];
    for (int i = 0; i < rows; i++) {
      narrow[i] = (int) hashes[i];
    }
    return new IntColumn(AtomicType.INT, narrow, Validity.ALL, rows);
  }
}
