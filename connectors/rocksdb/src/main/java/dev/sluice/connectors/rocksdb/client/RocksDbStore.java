package dev.sluice.connectors.rocksdb.client;

import dev.sluice.connectors.rocksdb.WorkFolder;
import dev.sluice.operators.state.LocalStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ChecksumType;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.StringAppendOperator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * One RocksDB for all state of a run, in a folder of its own. Without log and without flush to the
 * disk: nothing of it is read by another process.
 */
final class RocksDbStore implements LocalStore {
  /** What it may take in memory: blocks of files, their indexes and filters, what was written. */
  private static final long CACHE_BYTES = 256L << 20;

  /** How much of that what was written and is not in files yet may take. */
  private static final long WRITTEN_BYTES = 96L << 20;

  private static final long WRITE_BUFFER_BYTES = 64L << 20;
  private static final int WRITE_BUFFERS = 3;
  private static final long FILE_BYTES = 32L << 20;

  /**
   * So many files of what was written lately wait until they are merged with the rest: a batch that
   * changes much makes the older of them worthless, and to write costs more than to look into each.
   */
  private static final int LATE_FILES = 8;

  private final Path folder;
  private final Cache cache;
  private final WriteBufferManager written;
  private final BloomFilter filter;
  private final StringAppendOperator appending;
  private final Options options;
  private final WriteOptions unlogged;
  private final ReadOptions reading;
  private final RocksDB db;

  private RocksDbStore(Path folder) throws RocksDBException {
    this.folder = folder;
    this.cache = new LRUCache(CACHE_BYTES);
    this.written = new WriteBufferManager(WRITTEN_BYTES, cache, false);
    this.filter = new BloomFilter(10);
    this.appending = new StringAppendOperator("");
    this.options =
        new Options()
            .setCreateIfMissing(true)
            .setMergeOperator(appending)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setWriteBufferManager(written)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxWriteBufferNumber(WRITE_BUFFERS)
            .setLevel0FileNumCompactionTrigger(LATE_FILES)
            .setTargetFileSizeBase(FILE_BYTES)
            .setMaxBytesForLevelBase(8 * FILE_BYTES)
            .setMaxBackgroundJobs(2)
            .setMaxOpenFiles(256)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setFilterPolicy(filter)
                    .setCacheIndexAndFilterBlocks(true)
                    .setPinL0FilterAndIndexBlocksInCache(true)
                    .setChecksumType(ChecksumType.kXXH3)
                    .setFormatVersion(5));
    this.unlogged = new WriteOptions().setDisableWAL(true);
    this.reading = new ReadOptions();
    this.db = RocksDB.open(options, folder.toString());
  }

  static RocksDbStore open(Path folder) throws IOException {
    try {
      RocksDB.loadLibrary();
      return new RocksDbStore(folder);
    } catch (UnsatisfiedLinkError e) {
      WorkFolder.remove(folder);
      throw new IOException(
          "the RocksDB library of this distribution is not for this system; build one with"
              + " -Drocksdb.classifier=, or take the memory store",
          e);
    } catch (RocksDBException e) {
      WorkFolder.remove(folder);
      throw failed(e);
    }
  }

  private static IOException failed(RocksDBException e) {
    return new IOException("the local state store failed: " + e.getMessage(), e);
  }

  @Override
  public List<byte @Nullable []> get(List<byte[]> keys) throws IOException {
    try {
      return db.multiGetAsList(reading, keys);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  @Override
  public Changes change() {
    return new Batched(new WriteBatch());
  }

  @Override
  public Cursor scan(byte[] from, byte[] to) {
    return new Scan(from, to);
  }

  @Override
  public Entries scan(List<byte[]> prefixes) {
    return new PrefixScan(prefixes);
  }

  @Override
  public void close() throws IOException {
    db.close();
    reading.close();
    unlogged.close();
    options.close();
    appending.close();
    filter.close();
    written.close();
    cache.close();
    WorkFolder.remove(folder);
  }

  private final class Batched implements Changes {
    private final WriteBatch batch;

    Batched(WriteBatch batch) {
      this.batch = batch;
    }

    @Override
    public void put(byte[] key, byte[] value) throws IOException {
      try {
        batch.put(key, value);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void append(byte[] key, byte[] more) throws IOException {
      try {
        batch.merge(key, more);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void remove(byte[] key) throws IOException {
      try {
        batch.delete(key);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void removeRange(byte[] from, byte[] to) throws IOException {
      try {
        batch.deleteRange(from, to);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void apply() throws IOException {
      try {
        db.write(unlogged, batch);
        batch.clear();
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void close() {
      batch.close();
    }
  }

  /** Goes from prefix to prefix with one iterator. */
  private final class PrefixScan implements Entries {
    private final RocksIterator entries = db.newIterator(reading);
    private final Iterator<byte[]> prefixes;
    private byte[] prefix = new byte[0];
    private byte[] key = new byte[0];
    private boolean inside;

    PrefixScan(List<byte[]> prefixes) {
      this.prefixes = prefixes.iterator();
    }

    @Override
    public boolean next() throws IOException {
      if (inside) {
        entries.next();
        inside = isOfPrefix();
      }
      while (!inside && prefixes.hasNext()) {
        prefix = prefixes.next();
        entries.seek(prefix);
        inside = isOfPrefix();
      }
      return inside;
    }

    private boolean isOfPrefix() throws IOException {
      if (entries.isValid()) {
        key = entries.key();
        return key.length >= prefix.length
            && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
      }
      try {
        entries.status();
      } catch (RocksDBException e) {
        throw failed(e);
      }
      return false;
    }

    @Override
    public byte[] key() {
      return key;
    }

    @Override
    public byte[] value() {
      return entries.value();
    }

    @Override
    public void close() {
      entries.close();
    }
  }

  private final class Scan implements Cursor {
    private final Slice end;
    private final ReadOptions options;
    private final RocksIterator entries;
    private final byte[] from;
    private boolean started;
    private boolean valid;

    Scan(byte[] from, byte[] to) {
      this.end = new Slice(to);
      this.options =
          new ReadOptions().setIterateUpperBound(end).setFillCache(false).setReadaheadSize(1 << 20);
      this.entries = db.newIterator(options);
      this.from = from;
    }

    @Override
    public boolean seek(byte[] key) throws IOException {
      started = true;
      entries.seek(key);
      return isValid();
    }

    @Override
    public boolean next() throws IOException {
      if (!started) {
        return seek(from);
      }
      // Behind the end there is no next one: the library would bring the process down.
      if (!valid) {
        return false;
      }
      entries.next();
      return isValid();
    }

    private boolean isValid() throws IOException {
      valid = entries.isValid();
      if (valid) {
        return true;
      }
      try {
        entries.status();
      } catch (RocksDBException e) {
        throw failed(e);
      }
      return false;
    }

    @Override
    public byte[] key() {
      return entries.key();
    }

    @Override
    public byte[] value() {
      return entries.value();
    }

    @Override
    public void close() {
      entries.close();
      options.close();
      end.close();
    }
  }
}
