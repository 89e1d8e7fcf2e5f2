package dev.sluice.connectors.orc.client;

import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hadoop.fs.Path;
import org.apache.orc.OrcFile;
import org.apache.orc.OrcProto;
import org.apache.orc.impl.ReaderImpl;
import org.apache.orc.protobuf.CodedInputStream;

/**
 * Opens a file by its last bytes, without a file system of Hadoop's: postscript, footer and
 * metadata are read here, and handed to the library's reader.
 */
final class OrcTail {
  private static final int FIRST_READ = 16 << 10;
  private static final byte[] MAGIC = "ORC".getBytes(StandardCharsets.US_ASCII);

  /** The library wants a name, and opens nothing by it. */
  static final Path NO_PATH = new Path("/orc");

  /** No writer compresses more at once; a larger number would be taken for a buffer's size. */
  private static final long LARGEST_BLOCK = 64 << 20;

  private OrcTail() {}

  // The library deprecates it without another way to a tail from bytes.
  @SuppressWarnings("deprecation")
  static ReaderImpl open(FileInput input) throws IOException {
    long length = input.length();
    if (length <= MAGIC.length + 1) {
      throw new IOException("the file is too short for an ORC file");
    }
    byte[] tail = read(input, length, (int) Math.min(length, FIRST_READ));
    int postscriptLength = tail[tail.length - 1] & 0xff;
    if (postscriptLength < MAGIC.length + 1 || postscriptLength >= tail.length) {
      throw new IOException("the file is no ORC file: its postscript is cut or broken");
    }
    OrcProto.PostScript postscript =
        OrcProto.PostScript.parseFrom(
            CodedInputStream.newInstance(
                tail, tail.length - 1 - postscriptLength, postscriptLength));
    if (!postscript.getMagic().equals("ORC") && !oldMagic(input)) {
      throw new IOException("the file is no ORC file: its postscript is cut or broken");
    }
    long needed =
        1L
            + postscriptLength
            + postscript.getFooterLength()
            + postscript.getMetadataLength()
            + postscript.getStripeStatisticsLength();
    if (postscript.getFooterLength() < 0
        || postscript.getMetadataLength() < 0
        || postscript.getStripeStatisticsLength() < 0
        || needed > length
        || needed > Runtime.getRuntime().maxMemory() / 8
        || postscript.getCompressionBlockSize() > LARGEST_BLOCK) {
      throw new IOException("the footer has an impossible size");
    }
    if (needed > tail.length) {
      tail = read(input, length, (int) needed);
    }
    org.apache.orc.impl.OrcTail parsed =
        ReaderImpl.extractFileTail(ByteBuffer.wrap(tail), length, 0);
    OrcFile.ReaderOptions options =
        OrcFile.readerOptions(OrcFiles.configuration())
            .orcTail(parsed)
            .maxLength(length)
            .useUTCTimestamp(true)
            .convertToProlepticGregorian(true);
    return new ReaderImpl(NO_PATH, options);
  }

  /** Files of the first versions have it at their beginning only. */
  private static boolean oldMagic(FileInput input) throws IOException {
    byte[] start = new byte[MAGIC.length];
    input.readFully(0, start, 0, start.length);
    return Arrays.equals(start, MAGIC);
  }

  private static byte[] read(FileInput input, long fileLength, int bytes) throws IOException {
    byte[] read = new byte[bytes];
    input.readFully(fileLength - bytes, read, 0, bytes);
    return read;
  }
}
