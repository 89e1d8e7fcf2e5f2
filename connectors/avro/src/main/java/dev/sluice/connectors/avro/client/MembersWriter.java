package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.StructColumn;
import java.io.IOException;
import java.util.Arrays;
import org.apache.avro.io.Encoder;
import org.jspecify.annotations.Nullable;

/** A union of several types from a struct with a field for each: the first that is not null. */
final class MembersWriter extends ValueWriter {
  private final ValueWriter[] members;

  /** The branch of each member in the union. */
  private final int[] branches;

  private final int nullBranch;
  private final String path;
  private final FlatColumn[] columns;
  private @Nullable FlatColumn structs;

  /** {@code nullBranch} is -1 if the union has none. */
  MembersWriter(ValueWriter[] members, int[] branches, int nullBranch, String path) {
    this.members = members;
    this.branches = branches;
    this.nullBranch = nullBranch;
    this.path = path;
    this.columns = new FlatColumn[members.length];
  }

  @Override
  void begin(FlatColumn column) {
    structs = column;
    StructColumn struct = (StructColumn) column;
    Arrays.setAll(columns, i -> struct.children().get(i).flatten());
    for (int i = 0; i < members.length; i++) {
      members[i].begin(columns[i]);
    }
  }

  @Override
  void write(int row, Encoder out) throws IOException {
    for (int i = 0; structs != null && !structs.isNull(row) && i < members.length; i++) {
      if (!columns[i].isNull(row)) {
        out.writeIndex(branches[i]);
        members[i].write(row, out);
        return;
      }
    }
    if (nullBranch < 0) {
      throw new IOException("column '" + path + "' is null, which its Avro schema does not allow");
    }
    out.writeIndex(nullBranch);
    out.writeNull();
  }
}
