package dev.sluice.connectors.parquet;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.file.SchemaMerge;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/** Apache Parquet files, as Spark reads and writes them. */
public final class ParquetFormat implements FileFormat {
  private static final List<String> REBASE_MODES = List.of("CORRECTED", "LEGACY", "EXCEPTION");

  private static final String VERIFY = "parquet.page.verify-checksum.enabled";

  /** For the service loader. */
  public ParquetFormat() {}

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public String summary() {
    return "Apache Parquet files, columns of any type";
  }

  @Override
  public List<Option> options() {
    return List.of(
        SchemaMerge.option(),
        Option.choice(
                "datetimeRebaseMode",
                REBASE_MODES,
                "How dates and times before 1582 count in files that do not say who wrote them;"
                    + " EXCEPTION refuses what the two calendars may count differently")
            .orElse("CORRECTED"),
        Option.choice("int96RebaseMode", REBASE_MODES, "The same for INT96 times")
            .orElse("CORRECTED"),
        Option.flag(VERIFY, false, "Refuse a page whose CRC-32 is not the one written with it"));
  }

  @Override
  public List<Option> writeOptions() {
    return WriteSettings.declare();
  }

  @Override
  public List<String> writePassThroughPrefixes() {
    return BloomSettings.PREFIXES;
  }

  @Override
  public void checkWrite(Schema schema, Options options, Problems problems) {
    BloomSettings.check(schema, options, problems);
  }

  @Override
  public boolean needsSchema() {
    return false;
  }

  @Override
  public boolean canWrite(DataType type) {
    return ParquetSchemas.canWrite(type);
  }

  @Override
  public boolean readsVariants() {
    return true;
  }

  @Override
  public Schema inferSchema(
      List<FileStatus> files, Options options, FileStores stores, Session session)
      throws IOException {
    return SchemaMerge.find(
        "Parquet", files, options, stores, input -> ParquetTypes.schema(ParquetFooter.read(input)));
  }

  @Override
  public Reader reader(Schema schema, Options options, Session session) {
    String dates = options.text("datetimeRebaseMode");
    boolean checksums = options.flag(VERIFY);
    String int96 = options.text("int96RebaseMode");
    return new Reader() {
      @Override
      public boolean splittable(String fileName) {
        return true;
      }

      @Override
      public BatchReader open(
          FileStatus file, FileInput input, long start, long end, ScanRequest request)
          throws IOException {
        try {
          ParquetFooter footer = ParquetFooter.read(input);
          LeafColumns.Calendar calendar =
              new LeafColumns.Calendar(
                  footer.calendar("org.apache.spark.legacyDateTime", "3.0.0", dates),
                  footer.calendar("org.apache.spark.legacyINT96", "3.1.0", int96));
          RowGroupFilter filter =
              new RowGroupFilter(
                  input, Pushdown.of(request.schema(), footer.root(), request.filters(), calendar));
          return new ParquetBatchReader(
              input,
              footer,
              groups(footer, filter, start, end),
              filter,
              request,
              calendar,
              checksums);
        } catch (IOException e) {
          input.close();
          throw e;
        } catch (RuntimeException e) {
          input.close();
          throw new IOException("the file is damaged: " + e.getMessage(), e);
        }
      }
    };
  }

  /** The row groups whose first byte lies in the region and that may have rows for the query. */
  private static List<BlockMetaData> groups(
      ParquetFooter footer, RowGroupFilter filter, long start, long end) throws IOException {
    List<BlockMetaData> groups = new ArrayList<>();
    for (BlockMetaData group : footer.rowGroups()) {
      long first = group.getStartingPos();
      if (first >= start && first < end && filter.mayMatch(group)) {
        groups.add(group);
      }
    }
    return groups;
  }

  @Override
  public Writer writer(Schema schema, Options options, Session session) {
    WriteSettings settings = WriteSettings.of(options);
    return new Writer() {
      @Override
      public String suffix() {
        return "-c000" + settings.extension();
      }

      @Override
      public FileWriter open(FileOutput output) throws IOException {
        return new ParquetBatchWriter(output, schema, settings);
      }
    };
  }
}
