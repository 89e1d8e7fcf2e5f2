package dev.sluice.connectors.bytes;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * How text files are compressed, known by the end of their names, in the framings that Hadoop and
 * so Spark write.
 */
public enum Compression {
  NONE("none", ""),
  BZIP2("bzip2", ".bz2"),
  GZIP("gzip", ".gz"),
  LZ4("lz4", ".lz4"),
  SNAPPY("snappy", ".snappy"),
  DEFLATE("deflate", ".deflate"),
  ZSTD("zstd", ".zst");

  private static final int BUFFER = 1 << 16;

  private final String word;
  private final String extension;

  Compression(String word, String extension) {
    this.word = word;
    this.extension = extension;
  }

  /** The word of option {@code compression}. */
  public String word() {
    return word;
  }

  /** What it appends to a file's name. */
  public String extension() {
    return extension;
  }

  /** The compression that a file's name tells. */
  public static Compression ofFile(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Compression compression : values()) {
      if (compression != NONE && lower.endsWith(compression.extension)) {
        return compression;
      }
    }
    return NONE;
  }

  /** By the word of the option, case ignored. */
  public static Compression of(String word) {
    String wanted = word.trim().toLowerCase(Locale.ROOT);
    for (Compression compression : values()) {
      if (compression.word.equals(wanted)) {
        return compression;
      }
    }
    if (wanted.equals("uncompressed")) {
      return NONE;
    }
    throw new IllegalArgumentException("'" + word + "' is no compression");
  }

  /** The decompressed content. Nothing of a library is loaded before it is needed here. */
  public InputStream reader(InputStream compressed) throws IOException {
    return switch (this) {
      case NONE -> compressed;
      case GZIP -> new GZIPInputStream(compressed, BUFFER);
      case DEFLATE -> new InflaterInputStream(compressed);
      case BZIP2 -> Libraries.bzip2(new BufferedInputStream(compressed, BUFFER));
      case ZSTD -> Libraries.zstd(compressed);
      case LZ4 -> BlockCodec.LZ4.reader(new BufferedInputStream(compressed, BUFFER));
      case SNAPPY -> BlockCodec.SNAPPY.reader(new BufferedInputStream(compressed, BUFFER));
    };
  }

  /** Compresses what is written; closing it finishes the data. */
  public OutputStream writer(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new GZIPOutputStream(out, BUFFER);
      case DEFLATE -> new DeflaterOutputStream(out, new Deflater(), BUFFER);
      case BZIP2 -> Libraries.bzip2(new BufferedOutputStream(out, BUFFER));
      case ZSTD -> Libraries.zstd(out);
      case LZ4 -> BlockCodec.LZ4.writer(new BufferedOutputStream(out, BUFFER));
      case SNAPPY -> BlockCodec.SNAPPY.writer(new BufferedOutputStream(out, BUFFER));
    };
  }
}
