package dev.sluice.connectors.orc;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.file.SchemaMerge;
import dev.sluice.connectors.store.ConnectorLibraries;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStores;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Apache ORC files, as Spark reads and writes them. */
public final class OrcFormat implements FileFormat {
  private static final String BY_POSITION = "orc.force.positional.evolution";

  private volatile @Nullable OrcClient client;

  /** For the service loader. */
  public OrcFormat() {}

  @Override
  public String name() {
    return "orc";
  }

  @Override
  public String summary() {
    return "Apache ORC files, columns of any type";
  }

  @Override
  public List<Option> options() {
    return List.of(
        SchemaMerge.option(),
        Option.flag(
            BY_POSITION,
            false,
            "Match columns by position, as in files whose columns have no names"));
  }

  @Override
  public List<Option> writeOptions() {
    return WriteSettings.DECLARED;
  }

  @Override
  public void checkWrite(Schema schema, Options options, Problems problems) {
    WriteSettings.check(schema, options, problems);
  }

  @Override
  public boolean needsSchema() {
    return false;
  }

  @Override
  public boolean canWrite(DataType type) {
    return !type.any(
        part ->
            part == AtomicType.NULL
                || part == AtomicType.CALENDAR_INTERVAL
                || part == AtomicType.VARIANT
                || part instanceof TimeType
                || part instanceof StructType struct && struct.size() == 0);
  }

  @Override
  public Schema inferSchema(
      List<FileStatus> files, Options options, FileStores stores, Session session)
      throws IOException {
    return SchemaMerge.find("ORC", files, options, stores, client()::schema);
  }

  @Override
  public Reader reader(Schema schema, Options options, Session session) {
    OrcClient.ReadSettings settings =
        new OrcClient.ReadSettings(schema, options.flag(BY_POSITION), session.timeZone());
    return new Reader() {
      @Override
      public boolean splittable(String fileName) {
        return true;
      }

      @Override
      public BatchReader open(
          FileStatus file, FileInput input, long start, long end, ScanRequest request)
          throws IOException {
        return client().open(input, start, end, request, settings);
      }
    };
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
        return client().create(output, schema, session.timeZone(), settings.properties());
      }
    };
  }

  /** The library comes in with the first file. */
  private OrcClient client() {
    OrcClient known = client;
    if (known == null) {
      synchronized (this) {
        known = client;
        if (known == null) {
          known =
              ConnectorLibraries.load(OrcClient.class, OrcClient.class, "orc", "hadoop", "zstd");
          client = known;
        }
      }
    }
    return known;
  }
}
