package dev.sluice.connectors.bytes;

import io.airlift.compress.bzip2.BZip2HadoopStreams;
import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The compressions that the JDK has not; a class of its own so that none is loaded unneeded. */
final class Libraries {
  private Libraries() {}

  static InputStream bzip2(InputStream in) throws IOException {
    return new BZip2HadoopStreams().createInputStream(in);
  }

  static OutputStream bzip2(OutputStream out) throws IOException {
    return new BZip2HadoopStreams().createOutputStream(out);
  }

  static InputStream zstd(InputStream in) throws IOException {
    return new ZstdInputStream(in);
  }

  static OutputStream zstd(OutputStream out) throws IOException {
    return new ZstdOutputStream(out);
  }
}
