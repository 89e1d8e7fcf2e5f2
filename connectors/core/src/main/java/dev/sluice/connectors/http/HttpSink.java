package dev.sluice.connectors.http;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.spool.SpooledRows;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Retried;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Keeps a batch on disk and, when all of it is there, sends it. A batch that is run again after a
 * crash sends the same requests with the same keys, whatever worker read a row: which request takes
 * a row follows from the row itself.
 */
final class HttpSink implements Sink {
  /** Files that a large batch is first dealt to, so that a request's rows are near each other. */
  private static final int LEAST_HEAPS = 64;

  private static final int MOST_HEAPS = 512;
  private static final long HEAP_BYTES = 4L << 20;

  /** So much of a hash of its rows is in the key of a request. */
  private static final int KEY_BYTES = 8;

  private final FileFormat.Writer json;
  private final HttpSender sender;
  private final boolean array;
  private final int rowsPerRequest;
  private final String keyPrefix;

  HttpSink(
      FileFormat.Writer json,
      HttpSender sender,
      boolean array,
      int rowsPerRequest,
      String keyPrefix) {
    this.json = json;
    this.sender = sender;
    this.array = array;
    this.rowsPerRequest = rowsPerRequest;
    this.keyPrefix = keyPrefix;
  }

  @Override
  public String description() {
    return "HttpSink[" + sender.shownUri() + "]";
  }

  @Override
  public Retried retried() {
    return sender.retried();
  }

  @Override
  public Write begin(long epochId) {
    SpooledRows rows = SpooledRows.begin(json);
    return new Write() {
      @Override
      public Part part(int index) {
        return rows.part(index);
      }

      @Override
      public void commit() {
        try {
          send(keyPrefix + "-" + epochId, rows);
        } catch (IOException e) {
          throw new PipelineException(
              "spool-failed", "a batch cannot be read back: " + e.getMessage(), e);
        }
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }

  private void send(String key, SpooledRows rows) throws IOException {
    long count = rows.rows();
    if (count == 0) {
      return;
    }
    int requests = Math.toIntExact((count + rowsPerRequest - 1) / rowsPerRequest);
    if (requests == 1) {
      send(key, 0, linesOf(rows.files()));
      return;
    }
    List<Path> heaps = deal(rows, requests);
    for (int heap = 0; heap < heaps.size(); heap++) {
      List<List<byte[]>> bodies = new ArrayList<>();
      for (int request = heap; request < requests; request += heaps.size()) {
        bodies.add(new ArrayList<>());
      }
      for (byte[] line : linesOf(List.of(heaps.get(heap)))) {
        bodies.get(request(line, requests) / heaps.size()).add(line);
      }
      for (int i = 0; i < bodies.size(); i++) {
        send(key, heap + i * heaps.size(), bodies.get(i));
      }
    }
  }

  /** A heap is in memory as a whole; each is a file that is open while rows are dealt. */
  static int heaps(long bytes, int requests) {
    long heaps = Math.max(LEAST_HEAPS, Math.min(MOST_HEAPS, bytes / HEAP_BYTES + 1));
    return (int) Math.min(heaps, requests);
  }

  private static int request(byte[] line, int requests) {
    int hash = Arrays.hashCode(line);
    return Math.floorMod(hash ^ hash >>> 16, requests);
  }

  private static List<Path> deal(SpooledRows rows, int requests) throws IOException {
    List<Path> heaps = new ArrayList<>();
    List<OutputStream> outs = new ArrayList<>();
    try {
      long bytes = 0;
      for (Path file : rows.files()) {
        bytes += Files.size(file);
      }
      int count = heaps(bytes, requests);
      for (int i = 0; i < count; i++) {
        Path heap = rows.folder().resolve("heap-" + i);
        heaps.add(heap);
        outs.add(new BufferedOutputStream(Files.newOutputStream(heap)));
      }
      for (Path file : rows.files()) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
          for (byte[] line = line(in); line.length > 0; line = line(in)) {
            OutputStream out = outs.get(request(line, requests) % count);
            out.write(line);
            out.write('\n');
          }
        }
      }
    } finally {
      for (OutputStream out : outs) {
        out.close();
      }
    }
    return heaps;
  }

  private static List<byte[]> linesOf(List<Path> files) throws IOException {
    List<byte[]> lines = new ArrayList<>();
    for (Path file : files) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        for (byte[] line = line(in); line.length > 0; line = line(in)) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  /** The next line without its end; empty at the end, for a JSON object never is. */
  private static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toByteArray();
  }

  private void send(String key, int number, List<byte[]> lines) {
    if (lines.isEmpty()) {
      return;
    }
    // In an order of their own, so that the same rows make the same requests.
    lines.sort(Arrays::compare);
    // Dealt by their hash, some requests got more rows than others.
    for (int from = 0, piece = 0; from < lines.size(); from += rowsPerRequest, piece++) {
      int to = Math.min(lines.size(), from + rowsPerRequest);
      List<byte[]> rows = lines.subList(from, to);
      sendOne(key + "-" + number + (piece == 0 ? "" : "-" + piece) + "-" + digest(rows), rows);
    }
  }

  /**
   * Says in the key which rows it stands for: cut otherwise, by another 'rowsPerRequest', they are
   * other requests, which a server that remembers keys must not take for those it has.
   */
  private static String digest(List<byte[]> lines) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] line : lines) {
        digest.update(line);
        digest.update((byte) '\n');
      }
      return HexFormat.of().formatHex(digest.digest(), 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void sendOne(String key, List<byte[]> lines) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < lines.size(); i++) {
      if (array) {
        body.write(i == 0 ? '[' : ',');
      }
      body.writeBytes(lines.get(i));
      body.write('\n');
    }
    if (array) {
      body.write(']');
    }
    sender.send(body.toByteArray(), array ? "application/json" : "application/x-ndjson", key);
  }

  @Override
  public void close() {
    sender.close();
  }
}
