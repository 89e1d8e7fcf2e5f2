package dev.sluice.connectors.parquet;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * How files are written: Spark's {@code compression}, and the properties of the Parquet library
 * that Spark takes as options too, by their names.
 *
 * @param groupBytes a row group ends when it has grown to so many bytes, compressed
 * @param pageBytes about the size of a page before it is compressed
 * @param pageRows a page has about so many rows at most
 * @param dictionary whether values that repeat are replaced by numbers
 * @param dictionaryBytes a larger dictionary is given up
 * @param checksums whether each page carries its CRC-32
 * @param bloom which columns get Bloom filters
 */
record WriteSettings(
    CompressionCodecName codec,
    long groupBytes,
    int pageBytes,
    int pageRows,
    boolean dictionary,
    int dictionaryBytes,
    boolean checksums,
    BloomSettings bloom) {

  static List<Option> declare() {
    List<Option> all = new ArrayList<>();
    all.add(
        Option.choice(
                "compression",
                List.of("none", "uncompressed", "snappy", "gzip", "lz4", "lz4_raw", "zstd"),
                "How pages are compressed")
            .orElse("snappy"));
    all.add(
        Option.bytes(
                "parquet.block.size",
                "About the size of a row group, which is held in memory until it is written")
            .atLeast(1 << 10)
            .orElse(Integer.toString(32 << 20)));
    all.add(
        Option.bytes("parquet.page.size", "About the size of a page before it is compressed")
            .atLeast(64)
            .orElse(Integer.toString(1 << 20)));
    all.add(
        Option.integer("parquet.page.row.count.limit", "About the most rows of a page")
            .atLeast(1)
            .orElse("20000"));
    all.add(Option.flag("parquet.enable.dictionary", true, "Write values that repeat only once"));
    all.add(
        Option.bytes("parquet.dictionary.page.size", "A larger dictionary is given up")
            .atLeast(64)
            .orElse(Integer.toString(1 << 20)));
    all.add(Option.flag("parquet.page.write-checksum.enabled", true, "Give each page its CRC-32"));
    all.addAll(BloomSettings.declare());
    return List.copyOf(all);
  }

  static WriteSettings of(Options options) {
    return new WriteSettings(
        codec(options.text("compression").trim()),
        options.number("parquet.block.size"),
        bounded(options, "parquet.page.size"),
        bounded(options, "parquet.page.row.count.limit"),
        options.flag("parquet.enable.dictionary"),
        bounded(options, "parquet.dictionary.page.size"),
        options.flag("parquet.page.write-checksum.enabled"),
        BloomSettings.of(options));
  }

  private static int bounded(Options options, String name) {
    return (int) Math.min(options.number(name), 1 << 28);
  }

  private static CompressionCodecName codec(String name) {
    if (name.equalsIgnoreCase("none")) {
      return CompressionCodecName.UNCOMPRESSED;
    }
    for (CompressionCodecName codec : CompressionCodecName.values()) {
      if (codec.name().equalsIgnoreCase(name)) {
        return codec;
      }
    }
    throw new IllegalArgumentException("no codec '" + name + "'");
  }

  /** The ending of file names, as Spark has it. */
  String extension() {
    return switch (codec) {
      case UNCOMPRESSED -> ".parquet";
      case GZIP -> ".gz.parquet";
      case LZ4 -> ".lz4hadoop.parquet";
      case LZ4_RAW -> ".lz4raw.parquet";
      case ZSTD -> ".zstd.parquet";
      default -> ".snappy.parquet";
    };
  }
}
