package dev.sluice.connectors.parquet;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.file.RandomRows;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;

/**
 * A program that reads damaged files, to be run in a small heap and without Hadoop's jars: {@code
 * main} fails if a file does more than be read or refused.
 */
final class DamagedFiles {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("n", AtomicType.BIGINT),
          new Field("s", AtomicType.STRING),
          new Field("l", new ArrayType(AtomicType.INT)));

  private DamagedFiles() {}

  /** {@code arguments}: the kind of damage, and a folder to work in. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "cut" -> cut(folder);
      case "flipped" -> flipped(folder);
      case "page" -> hugePages(folder);
      case "footer" -> hugeFooters(folder);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println("done");
  }

  private static byte[] sound(Path folder) throws IOException {
    Path file = folder.resolve("sound.parquet");
    ParquetFiles.write(
        file,
        SCHEMA,
        List.of(
            RandomRows.batch(SCHEMA, new Random(5), 1000),
            RandomRows.batch(SCHEMA, new Random(6), 1000)),
        Map.of("parquet.page.row.count.limit", "100", "parquet.block.size", "10000"));
    return Files.readAllBytes(file);
  }

  private static void cut(Path folder) throws IOException {
    byte[] whole = sound(folder);
    check(read(folder, whole), "a sound file was refused");
    for (int length = 0; length < whole.length; length += 1024) {
      check(!read(folder, Arrays.copyOf(whole, length)), "a file cut at " + length + " was read");
    }
  }

  private static void flipped(Path folder) throws IOException {
    byte[] whole = sound(folder);
    Random random = new Random(9);
    for (int i = 0; i < 800; i++) {
      byte[] damaged = whole.clone();
      // Half of them in the indexes and the footer.
      int at =
          i % 2 == 0
              ? random.nextInt(damaged.length)
              : damaged.length - 1 - random.nextInt(damaged.length / 8);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      read(folder, damaged);
    }
  }

  private static void hugePages(Path folder) throws IOException {
    Consumer<PageHeader> unpacked = header -> header.setUncompressed_page_size(Integer.MAX_VALUE);
    Consumer<PageHeader> packed = header -> header.setCompressed_page_size(Integer.MAX_VALUE);
    Consumer<PageHeader> values =
        header -> header.getData_page_header().setNum_values(Integer.MAX_VALUE);
    for (Consumer<PageHeader> lie : List.of(unpacked, packed, values)) {
      check(!read(folder, withPageHeader(folder, lie)), "a page that lies was read");
    }
    check(read(folder, withPageHeader(folder, header -> {})), "an honest page was refused");
  }

  /** A file of one page whose header is changed. */
  private static byte[] withPageHeader(Path folder, Consumer<PageHeader> change)
      throws IOException {
    Schema schema = Schema.of(new Field("n", AtomicType.BIGINT));
    ColumnBuilder numbers = ColumnBuilder.of(AtomicType.BIGINT, 100);
    for (long i = 0; i < 100; i++) {
      numbers.appendValue(i * i);
    }
    Path file = folder.resolve("page.parquet");
    Files.deleteIfExists(file);
    ParquetFiles.write(
        file,
        schema,
        List.of(new Batch(schema, List.of(numbers.build()), 100)),
        Map.of("parquet.enable.dictionary", "false"));
    byte[] whole = Files.readAllBytes(file);
    FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(footer(whole)));
    var chunk = metadata.getRow_groups().get(0).getColumns().get(0);
    int pageEnd = 4 + (int) chunk.getMeta_data().getTotal_compressed_size();
    ByteArrayInputStream page = new ByteArrayInputStream(whole, 4, pageEnd - 4);
    PageHeader header = Util.readPageHeader(page);
    change.accept(header);
    chunk.unsetColumn_index_offset();
    chunk.unsetColumn_index_length();
    chunk.unsetOffset_index_offset();
    chunk.unsetOffset_index_length();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(whole, 0, 4);
    Util.writePageHeader(header, out);
    out.write(page.readAllBytes());
    chunk.getMeta_data().setTotal_compressed_size(out.size() - 4);
    ByteArrayOutputStream end = new ByteArrayOutputStream();
    Util.writeFileMetaData(metadata, end);
    return withFooter(out.toByteArray(), end.toByteArray());
  }

  private static byte[] footer(byte[] file) {
    int size = (int) ByteSink.INTS.get(file, file.length - 8);
    return Arrays.copyOfRange(file, file.length - 8 - size, file.length - 8);
  }

  private static byte[] withFooter(byte[] before, byte[] footer) {
    ByteSink out = new ByteSink(before.length + footer.length + 8);
    out.write(before, 0, before.length);
    out.write(footer, 0, footer.length);
    out.putInt(footer.length);
    out.write(before, 0, 4);
    return out.toArray();
  }

  private static void hugeFooters(Path folder) throws IOException {
    byte[] magic = {'P', 'A', 'R', '1'};
    for (int entries : new int[] {99_000_000, Integer.MAX_VALUE}) {
      ByteSink footer = new ByteSink(64);
      // Version 1, then a list of so many structures, of which none follows.
      footer.write(0x15);
      footer.write(2);
      footer.write(0x19);
      footer.write(0xfc);
      footer.putVarint(entries);
      footer.write(new byte[30], 0, 30);
      check(!read(folder, withFooter(magic, footer.toArray())), "a footer that lies was read");
      // The same of a text.
      footer.clear();
      footer.write(0x15);
      footer.write(2);
      footer.write(0x58);
      footer.putVarint(entries);
      footer.write(new byte[30], 0, 30);
      check(!read(folder, withFooter(magic, footer.toArray())), "a footer that lies was read");
    }
    ByteSink deep = new ByteSink(1 << 20);
    deep.write(0x15);
    deep.write(2);
    deep.write(0x19);
    deep.write(0xfc);
    deep.putVarint(100_000);
    for (int i = 0; i < 100_000; i++) {
      // A name of one letter, and one child.
      deep.write(new byte[] {0x48, 1, 'a', 0x15, 2, 0}, 0, 6);
    }
    deep.write(new byte[] {0x16, 0, 0x19, 0x0c, 0}, 0, 5);
    check(!read(folder, withFooter(magic, deep.toArray())), "a schema without a bottom was read");
  }

  /** False if it is refused, as it should be; anything else that is thrown ends the program. */
  private static boolean read(Path folder, byte[] bytes) throws IOException {
    Path file = folder.resolve("damaged.parquet");
    Files.write(file, bytes);
    try {
      Schema schema = ParquetFiles.infer(file);
      Field first = schema.field(0);
      List<Expression> filters =
          first.type() == AtomicType.BIGINT
              ? List.of(
                  new Comparison(
                      Comparison.Operator.LESS,
                      new ColumnReference(0, first.name(), first.type(), true),
                      new Literal(AtomicType.BIGINT, 0L, "0")))
              : List.of();
      ParquetFiles.read(file, new ScanRequest(schema, filters, 1000));
      ParquetFiles.read(file, new ScanRequest(schema, List.of(), 1000));
      return true;
    } catch (IOException e) {
      check(e.getMessage() != null && !e.getMessage().isBlank(), "no word about " + e);
      return false;
    }
  }

  private static void check(boolean right, String message) {
    if (!right) {
      throw new IllegalStateException(message);
    }
  }
}
