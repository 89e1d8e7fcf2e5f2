package dev.sluice.connectors.parquet;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Which columns get Bloom filters: {@code parquet.bloom.filter.enabled} for all, {@code
 * parquet.bloom.filter.enabled#COLUMN} for one, {@code parquet.bloom.filter.expected.ndv#COLUMN}
 * for its size. Fields of a struct are named with dots.
 *
 * @param all whether columns that are not named get one
 * @param enabled by column, in lower case
 * @param distinct how many distinct values a column has in a row group, by column in lower case
 * @param mostBytes the size of a filter if the number is not known, and its limit
 */
record BloomSettings(
    boolean all, Map<String, Boolean> enabled, Map<String, Long> distinct, int mostBytes) {
  private static final String ENABLED = "parquet.bloom.filter.enabled";
  private static final String MOST_BYTES = "parquet.bloom.filter.max.bytes";
  private static final String ENABLED_OF = ENABLED + "#";
  private static final String DISTINCT_OF = "parquet.bloom.filter.expected.ndv#";

  static final List<String> PREFIXES = List.of(ENABLED_OF, DISTINCT_OF);

  private static final double FALSE_POSITIVES = 0.01;

  static List<Option> declare() {
    return List.of(
        Option.flag(
            ENABLED,
            false,
            "Write Bloom filters of all columns; of one with '" + ENABLED_OF + "NAME'"),
        Option.bytes(
                MOST_BYTES,
                "The size of a Bloom filter; '"
                    + DISTINCT_OF
                    + "NAME' makes it as small as it can be")
            .atLeast(BlockSplitBloomFilter.LOWER_BOUND_BYTES)
            .orElse(Integer.toString(1 << 20)));
  }

  static void check(Schema schema, Options options, Problems problems) {
    List<String> columns =
        ParquetNode.tree(ParquetSchemas.message(schema)).leaves().stream()
            .map(BloomSettings::name)
            .toList();
    options
        .givenValues()
        .forEach(
            (name, value) -> {
              String column = column(name);
              if (column == null) {
                return;
              }
              if (columns.stream().noneMatch(column::equalsIgnoreCase)) {
                problems.error(
                    "unknown-column",
                    options.at(name),
                    "option '" + name + "' names no column that is written",
                    Names.suggestion(column, columns));
              } else if (name.startsWith(ENABLED_OF) && !isFlag(value)) {
                problems.error(
                    "invalid-option-value",
                    options.at(name),
                    "option '" + name + "' is '" + value + "'",
                    "use true or false");
              } else if (name.startsWith(DISTINCT_OF) && !isCount(value)) {
                problems.error(
                    "invalid-option-value",
                    options.at(name),
                    "option '" + name + "' is '" + value + "'",
                    "use a whole number above 0");
              }
            });
  }

  private static @Nullable String column(String name) {
    for (String prefix : PREFIXES) {
      if (name.startsWith(prefix)) {
        return name.substring(prefix.length());
      }
    }
    return null;
  }

  private static boolean isFlag(String value) {
    return value.trim().equalsIgnoreCase("true") || value.trim().equalsIgnoreCase("false");
  }

  private static boolean isCount(String value) {
    try {
      return Long.parseLong(value.trim()) > 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String name(ParquetNode leaf) {
    return String.join(".", leaf.path());
  }

  /** Values are taken as checked. */
  static BloomSettings of(Options options) {
    Map<String, Boolean> enabled = new LinkedHashMap<>();
    Map<String, Long> distinct = new LinkedHashMap<>();
    options
        .givenValues()
        .forEach(
            (name, value) -> {
              if (name.startsWith(ENABLED_OF)) {
                enabled.put(name.substring(ENABLED_OF.length()), Boolean.valueOf(value.trim()));
              } else if (name.startsWith(DISTINCT_OF)) {
                distinct.put(name.substring(DISTINCT_OF.length()), Long.valueOf(value.trim()));
              }
            });
    int mostBytes =
        (int) Math.min(options.number(MOST_BYTES), BlockSplitBloomFilter.UPPER_BOUND_BYTES);
    return new BloomSettings(options.flag(ENABLED), enabled, distinct, mostBytes);
  }

  /** An empty filter for a chunk of the column; null if it gets none. */
  @Nullable BloomFilter filter(ParquetNode leaf) {
    if (!all && enabled.isEmpty()) {
      return null;
    }
    PrimitiveTypeName type = leaf.primitive().getPrimitiveTypeName();
    String name = name(leaf).toLowerCase(Locale.ROOT);
    if (type == PrimitiveTypeName.BOOLEAN
        || type == PrimitiveTypeName.INT96
        || !enabled.getOrDefault(name, all)) {
      return null;
    }
    Long count = distinct.get(name);
    int bytes =
        count == null
            ? mostBytes
            : BlockSplitBloomFilter.optimalNumOfBits(count, FALSE_POSITIVES) / 8;
    return new BlockSplitBloomFilter(Math.min(bytes, mostBytes), mostBytes);
  }
}
