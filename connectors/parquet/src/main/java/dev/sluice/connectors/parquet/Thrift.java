package dev.sluice.connectors.parquet;

import java.io.EOFException;
import java.io.IOException;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TConfiguration;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TList;
import shaded.parquet.org.apache.thrift.transport.TTransport;
import shaded.parquet.org.apache.thrift.transport.TTransportException;

/**
 * The metadata structures from bytes. The library's own streams would load a logging system, and
 * believe any length that a damaged file states; here none may exceed the bytes there are. Nothing
 * read is a view of them, since the library takes a field's whole array for its value.
 */
final class Thrift extends TTransport {
  private static final TConfiguration CONFIGURATION = TConfiguration.DEFAULT;

  private final byte[] bytes;
  private final int end;
  private int at;

  private Thrift(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Fills the structure; gives where it ended. {@link EOFException} if the bytes end before. */
  static int read(TBase<?, ?> structure, byte[] bytes, int start, int end) throws IOException {
    Thrift transport = new Thrift(bytes, start, end);
    try {
      structure.read(new BoundedProtocol(transport));
    } catch (TTransportException e) {
      EOFException ended = new EOFException(e.getMessage());
      ended.initCause(e);
      throw ended;
    } catch (TException | RuntimeException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
    return transport.at;
  }

  /** No list is longer than the bytes there are; the protocol itself takes structures as free. */
  private static final class BoundedProtocol extends TCompactProtocol {
    BoundedProtocol(TTransport transport) {
      super(transport);
    }

    @Override
    public TList readListBegin() throws TException {
      TList list = super.readListBegin();
      getTransport().checkReadBytesAvailable(list.size);
      return list;
    }
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void open() {}

  @Override
  public void close() {}

  @Override
  public int read(byte[] into, int offset, int length) throws TTransportException {
    checkReadBytesAvailable(length);
    System.arraycopy(bytes, at, into, offset, length);
    at += length;
    return length;
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public TConfiguration getConfiguration() {
    return CONFIGURATION;
  }

  @Override
  public void updateKnownMessageSize(long size) {}

  @Override
  public void checkReadBytesAvailable(long count) throws TTransportException {
    if (count > end - at) {
      throw new TTransportException(
          TTransportException.END_OF_FILE, "the structure is longer than its bytes");
    }
  }
}
