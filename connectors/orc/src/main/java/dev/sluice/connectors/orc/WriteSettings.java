package dev.sluice.connectors.orc;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How files are written: Spark's {@code compression}, and the settings of the ORC library that
 * Spark takes as options too, by their names.
 *
 * @param codec {@code none}, {@code snappy}, {@code zlib}, {@code lzo}, {@code lz4} or {@code zstd}
 * @param properties for the library
 */
record WriteSettings(String codec, Map<String, String> properties) {
  private static final List<String> CODECS =
      List.of("none", "uncompressed", "snappy", "zlib", "lzo", "lz4", "zstd");
  private static final String CODEC = "orc.compress";
  private static final List<String> COLUMN_LISTS =
      List.of("orc.bloom.filter.columns", "orc.column.encoding.direct");

  static final List<Option> DECLARED =
      List.of(
          Option.choice("compression", CODECS, "How streams are compressed; zstd if not said"),
          Option.choice(CODEC, CODECS, "The same by the library's name; 'compression' goes first"),
          Option.bytes(
                  "orc.stripe.size",
                  "About the size of a stripe, which is held in memory until it is written")
              .atLeast(1 << 10)
              .orElse(Integer.toString(64 << 20)),
          Option.integer("orc.row.index.stride", "Rows between two entries of the index")
              .atLeast(1000)
              .orElse("10000"),
          Option.bytes("orc.compress.size", "How much is compressed at once")
              .atLeast(1 << 10)
              .orElse(Integer.toString(256 << 10)),
          Option.flag("orc.create.index", true, "Write the index by which rows are passed over"),
          Option.text("orc.bloom.filter.columns", "Columns that get Bloom filters, by commas"),
          Option.number("orc.bloom.filter.fpp", "How often a Bloom filter may be wrong")
              .orElse("0.01"),
          Option.number(
                  "orc.dictionary.key.threshold",
                  "Strings get a dictionary if no more than this share of them differ")
              .orElse("0.8"),
          Option.text("orc.column.encoding.direct", "Columns that get no dictionary, by commas"),
          Option.choice(
                  "orc.encoding.strategy", List.of("SPEED", "COMPRESSION"), "What encodings aim at")
              .orElse("SPEED"),
          Option.integer("orc.compression.zstd.level", "The level of zstd").orElse("3"));

  static WriteSettings of(Options options) {
    String codec = options.find("compression").or(() -> options.find(CODEC)).orElse("zstd").trim();
    codec = codec.toLowerCase(Locale.ROOT);
    if (codec.equals("uncompressed")) {
      codec = "none";
    }
    Map<String, String> properties = new LinkedHashMap<>();
    for (Option option : DECLARED) {
      if (option.name().startsWith("orc.")) {
        options.find(option.name()).ifPresent(value -> properties.put(option.name(), value.trim()));
      }
    }
    for (String bytes : List.of("orc.stripe.size", "orc.compress.size")) {
      properties.put(bytes, Long.toString(options.number(bytes)));
    }
    properties.put(CODEC, codec.toUpperCase(Locale.ROOT));
    return new WriteSettings(codec, properties);
  }

  static void check(Schema schema, Options options, Problems problems) {
    for (String list : COLUMN_LISTS) {
      for (String name : options.find(list).orElse("").split(",")) {
        if (!name.isBlank() && schema.indexesOf(name.trim().split("\\.", 2)[0]).isEmpty()) {
          problems.error(
              "unknown-column",
              options.at(list),
              "'" + list + "' names the column '" + name.trim() + "', which is not written",
              "name one of " + schema.catalogString());
        }
      }
    }
  }

  /** The ending of file names, as Spark has it. */
  String extension() {
    return codec.equals("none") ? ".orc" : "." + codec + ".orc";
  }
}
