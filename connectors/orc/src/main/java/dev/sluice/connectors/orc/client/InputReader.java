package dev.sluice.connectors.orc.client;

import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.hive.common.io.DiskRangeList;
import org.apache.orc.DataReader;
import org.apache.orc.OrcProto;
import org.apache.orc.StripeInformation;
import org.apache.orc.impl.BufferChunk;
import org.apache.orc.impl.BufferChunkList;
import org.apache.orc.impl.InStream;
import org.apache.orc.impl.OrcCodecPool;
import org.apache.orc.impl.ReaderImpl;
import org.jspecify.annotations.Nullable;

/** Fetches the pieces of a file that the library asks for from one of ours. */
final class InputReader implements DataReader {
  /** Pieces that are so close are fetched at once. */
  private static final int LARGEST_GAP = 32 << 10;

  private static final int LARGEST_READ = 8 << 20;

  private final FileInput input;
  private final ReaderImpl file;
  private InStream.@Nullable StreamOptions options;

  InputReader(FileInput input, ReaderImpl file) {
    this.input = input;
    this.file = file;
  }

  @Override
  public void open() {}

  @Override
  public OrcProto.StripeFooter readStripeFooter(StripeInformation stripe) throws IOException {
    long offset = stripe.getOffset() + stripe.getIndexLength() + stripe.getDataLength();
    byte[] bytes = fetch(offset, stripe.getFooterLength());
    return OrcProto.StripeFooter.parseFrom(
        InStream.createCodedInputStream(
            InStream.create(
                "footer",
                new BufferChunk(ByteBuffer.wrap(bytes), 0),
                0,
                bytes.length,
                getCompressionOptions())));
  }

  @Override
  public BufferChunkList readFileData(BufferChunkList chunks, boolean direct) throws IOException {
    DiskRangeList first = chunks.get();
    while (first != null) {
      if (((BufferChunk) first).hasData()) {
        first = first.next;
        continue;
      }
      DiskRangeList last = first;
      long end = first.getEnd();
      while (last.next != null
          && !((BufferChunk) last.next).hasData()
          && last.next.getOffset() - end <= LARGEST_GAP
          && last.next.getEnd() - first.getOffset() <= LARGEST_READ) {
        last = last.next;
        end = Math.max(end, last.getEnd());
      }
      byte[] bytes = fetch(first.getOffset(), end - first.getOffset());
      long begin = first.getOffset();
      for (DiskRangeList at = first; ; at = at.next) {
        ByteBuffer piece =
            ByteBuffer.wrap(bytes, (int) (at.getOffset() - begin), at.getLength()).slice();
        ((BufferChunk) at).setChunk(piece);
        if (at == last) {
          break;
        }
      }
      first = last.next;
    }
    return chunks;
  }

  private byte[] fetch(long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || offset > input.length() - length) {
      throw new IOException("the file ends before its data does");
    }
    byte[] bytes = new byte[Math.toIntExact(length)];
    input.readFully(offset, bytes, 0, bytes.length);
    return bytes;
  }

  @Override
  public InStream.StreamOptions getCompressionOptions() {
    InStream.StreamOptions known = options;
    if (known == null) {
      known =
          InStream.options()
              .withCodec(OrcCodecPool.getCodec(file.getCompressionKind()))
              .withBufferSize(file.getCompressionSize());
      options = known;
    }
    return known;
  }

  @Override
  public boolean isTrackingDiskRanges() {
    return false;
  }

  @Override
  @SuppressWarnings("deprecation")
  public void releaseBuffer(ByteBuffer buffer) {}

  @Override
  public void releaseAllBuffers() {}

  /** The library asks for one of its own; there is one reader to each of ours. */
  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public DataReader clone() {
    return this;
  }

  @Override
  public void close() throws IOException {
    InStream.StreamOptions known = options;
    options = null;
    if (known != null && known.getCodec() != null) {
      OrcCodecPool.returnCodec(file.getCompressionKind(), known.getCodec());
    }
    input.close();
  }
}
