package dev.sluice.connectors.receiver;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What came, in order, numbered from 0: files that are never changed, each named after the number
 * of its first record. Integers are big-endian.
 *
 * <pre>
 * file    "SLWL", format 1 (1 byte), records (4), the records, CRC32C of all before (4)
 * record  microseconds (8), length of the attributes (4), of the payload (4), both
 * </pre>
 *
 * The newest file stays, whatever is forgotten: it says where counting goes on. Thread-safe.
 */
final class ReceiverLog {
  private static final int MAGIC = 'S' << 24 | 'L' << 16 | 'W' << 8 | 'L';
  private static final int HEADER = 9;
  private static final int RECORD_HEADER = 16;

  /** A store that is away is not asked for each file, and one file that stays keeps no other. */
  private static final int MOST_FAILURES = 3;

  private final FileStore files;
  private final String directory;
  private final NavigableMap<Long, Integer> segments = new TreeMap<>();
  private long end;

  /**
   * Part of a file: records {@code from} to {@code to} (exclusive) of the one that begins at first.
   */
  record Piece(long first, long from, long to) {}

  private ReceiverLog(FileStore files, String directory) {
    this.files = files;
    this.directory = directory;
  }

  /** What an earlier run kept. */
  static ReceiverLog open(FileStore files, String directory) throws IOException {
    ReceiverLog log = new ReceiverLog(files, directory);
    for (FileStatus file : files.list(directory)) {
      if (file.name().matches("\\d{20}")) {
        long first = Long.parseLong(file.name());
        log.segments.put(first, log.count(first));
      }
    }
    Map.Entry<Long, Integer> newest = log.segments.lastEntry();
    log.end = newest == null ? 0 : newest.getKey() + newest.getValue();
    if (newest != null) {
      files.settle(directory);
    }
    return log;
  }

  private String location(long first) {
    return directory + "/" + String.format(Locale.ROOT, "%020d", first);
  }

  /** How many records there were ever. */
  synchronized long end() {
    return end;
  }

  /** True if it does not say where counting goes on. */
  synchronized boolean isEmpty() {
    return segments.isEmpty();
  }

  /** Counting goes on from here, if the log knows less. */
  synchronized void startAt(long number) {
    end = Math.max(end, number);
  }

  /** Keeps records; durable on return. One thread. */
  void append(List<Received> records) throws IOException {
    int size = HEADER + 4;
    for (Received record : records) {
      size =
          Math.addExact(size, RECORD_HEADER + record.attributes().length + record.payload().length);
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    bytes.putInt(MAGIC).put((byte) 1).putInt(records.size());
    for (Received record : records) {
      bytes.putLong(record.micros());
      bytes.putInt(record.attributes().length).putInt(record.payload().length);
      bytes.put(record.attributes()).put(record.payload());
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, bytes.position());
    bytes.putInt((int) crc.getValue());
    long first = end();
    files.write(location(first), bytes.array());
    synchronized (this) {
      segments.put(first, records.size());
      end = first + records.size();
    }
  }

  /** Where the records from one number to another (exclusive) lie. */
  synchronized List<Piece> pieces(long from, long to) {
    List<Piece> pieces = new ArrayList<>();
    Long start = segments.floorKey(from);
    long next = from;
    for (Map.Entry<Long, Integer> segment :
        segments.tailMap(start == null ? from : start, true).entrySet()) {
      long first = segment.getKey();
      long last = Math.min(to, first + segment.getValue());
      if (first >= to || next >= to) {
        break;
      }
      if (last > next) {
        if (first > next) {
          throw gone(next);
        }
        pieces.add(new Piece(first, next, last));
        next = last;
      }
    }
    if (next < to) {
      throw gone(next);
    }
    return pieces;
  }

  private CheckpointException gone(long number) {
    return CheckpointException.missing(
        directory, "record " + number + " was received, and its batch is not done");
  }

  List<Received> read(Piece piece) throws IOException {
    List<Received> all = records(piece.first(), read(piece.first()));
    return all.subList((int) (piece.from() - piece.first()), (int) (piece.to() - piece.first()));
  }

  private byte[] read(long first) throws IOException {
    byte[] bytes = files.readAll(location(first));
    if (bytes.length < HEADER + 4 || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
      throw CheckpointException.damaged(location(first), "it is no log of received records");
    }
    if (bytes[4] != 1) {
      throw CheckpointException.newer(location(first), Byte.toString(bytes[4]));
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    if ((int) crc.getValue() != ByteBuffer.wrap(bytes).getInt(bytes.length - 4)) {
      throw CheckpointException.damaged(location(first), "its checksum differs");
    }
    return bytes;
  }

  private int count(long first) throws IOException {
    return ByteBuffer.wrap(read(first)).getInt(5);
  }

  private List<Received> records(long first, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, bytes.length - 4);
    int count = in.getInt(5);
    in.position(HEADER);
    List<Received> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (in.remaining() < RECORD_HEADER) {
        throw CheckpointException.damaged(location(first), "it is cut short");
      }
      long micros = in.getLong();
      byte[] attributes = new byte[in.getInt()];
      byte[] payload = new byte[in.getInt()];
      in.get(attributes).get(payload);
      records.add(new Received(micros, attributes, payload));
    }
    return records;
  }

  /**
   * Records below are done with. Fails if files of theirs could not be deleted, which the next call
   * tries again.
   */
  void forgetBelow(long number) throws IOException {
    List<Long> done = new ArrayList<>();
    synchronized (this) {
      for (Map.Entry<Long, Integer> segment : segments.entrySet()) {
        boolean newest = segment.getKey().equals(segments.lastKey());
        if (!newest && segment.getKey() + segment.getValue() <= number) {
          done.add(segment.getKey());
        }
      }
    }
    IOException failure = null;
    int failures = 0;
    for (int i = 0; i < done.size() && failures < MOST_FAILURES; i++) {
      try {
        files.delete(location(done.get(i)));
        synchronized (this) {
          segments.remove(done.get(i));
        }
      } catch (IOException e) {
        failure = e;
        failures++;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
