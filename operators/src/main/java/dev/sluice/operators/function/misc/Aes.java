package dev.sluice.operators.function.misc;

import dev.sluice.operators.expression.EvaluationException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES with one key: what comes out starts with the initialization vector, as in Spark. */
record Aes(SecretKeySpec key, Mode mode) {
  enum Mode {
    ECB("AES/ECB/PKCS5Padding", 0),
    CBC("AES/CBC/PKCS5Padding", 16),
    GCM("AES/GCM/NoPadding", 12);

    private final String transformation;
    private final int vector;

    Mode(String transformation, int vector) {
      this.transformation = transformation;
      this.vector = vector;
    }
  }

  private static final int TAG_BITS = 128;

  /** Made when the first vector is drawn. */
  private static final class Drawn {
    static final SecureRandom RANDOM = new SecureRandom();
  }

  static Aes of(byte[] key, String mode, String padding, int row) {
    String upper = mode.toUpperCase(Locale.ROOT) + " " + padding.toUpperCase(Locale.ROOT);
    Mode known =
        switch (upper) {
          case "ECB PKCS", "ECB DEFAULT" -> Mode.ECB;
          case "CBC PKCS", "CBC DEFAULT" -> Mode.CBC;
          case "GCM NONE", "GCM DEFAULT" -> Mode.GCM;
          default ->
              throw new EvaluationException(
                  "UNSUPPORTED_FEATURE.AES_MODE",
                  "AES mode '" + mode + "' with the padding '" + padding + "' is not supported",
                  row);
        };
    if (key.length != 16 && key.length != 24 && key.length != 32) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.AES_KEY_LENGTH",
          "an AES key has 16, 24 or 32 bytes, not " + key.length,
          row);
    }
    return new Aes(new SecretKeySpec(key, "AES"), known);
  }

  private void requireNoExtra(byte[] extra, int row) {
    if (extra.length > 0 && mode != Mode.GCM) {
      throw new EvaluationException(
          "UNSUPPORTED_FEATURE.AES_MODE_AAD",
          "AES mode '" + mode + "' takes no additional authenticated data",
          row);
    }
  }

  byte[] encrypt(byte[] text, byte[] start, byte[] extra, int row) {
    if (start.length > 0 && mode == Mode.ECB) {
      throw new EvaluationException(
          "UNSUPPORTED_FEATURE.AES_MODE_IV", "AES mode 'ECB' takes no initialization vector", row);
    }
    requireNoExtra(extra, row);
    byte[] vector = start;
    if (vector.length == 0) {
      vector = new byte[mode.vector];
      if (vector.length > 0) {
        Drawn.RANDOM.nextBytes(vector);
      }
    } else if (vector.length != mode.vector) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE.AES_IV_LENGTH",
          "AES mode '"
              + mode
              + "' takes an initialization vector of "
              + mode.vector
              + " bytes, not "
              + vector.length,
          row);
    }
    byte[] made = apply(Cipher.ENCRYPT_MODE, vector, extra, text, 0, row);
    byte[] all = Arrays.copyOf(vector, vector.length + made.length);
    System.arraycopy(made, 0, all, vector.length, made.length);
    return all;
  }

  byte[] decrypt(byte[] bytes, byte[] extra, int row) {
    requireNoExtra(extra, row);
    if (bytes.length < mode.vector) {
      throw failed("the input is shorter than its initialization vector", row);
    }
    byte[] vector = Arrays.copyOf(bytes, mode.vector);
    return apply(Cipher.DECRYPT_MODE, vector, extra, bytes, mode.vector, row);
  }

  private byte[] apply(int how, byte[] vector, byte[] extra, byte[] bytes, int from, int row) {
    try {
      Cipher cipher = Cipher.getInstance(mode.transformation);
      if (mode == Mode.ECB) {
        cipher.init(how, key);
      } else {
        AlgorithmParameterSpec spec =
            mode == Mode.GCM ? new GCMParameterSpec(TAG_BITS, vector) : new IvParameterSpec(vector);
        cipher.init(how, key, spec);
      }
      if (extra.length > 0) {
        cipher.updateAAD(extra);
      }
      return cipher.doFinal(bytes, from, bytes.length - from);
    } catch (GeneralSecurityException e) {
      throw failed(String.valueOf(e.getMessage()), row);
    }
  }

  private static EvaluationException failed(String why, int row) {
    return new EvaluationException(
        "INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR", "AES failed: " + why, row);
  }
}
