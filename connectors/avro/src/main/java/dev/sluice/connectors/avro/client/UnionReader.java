package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.StructBuilder;
import java.io.IOException;
import org.apache.avro.io.Decoder;

/** Unions: null or a value of one type, or a struct of which one member is there. */
final class UnionReader extends ValueReader {
  private final ValueReader[] branches;

  /** For each branch the member it goes to, -1 where the value is the column's itself. */
  private final int[] member;

  private final int members;

  UnionReader(ValueReader[] branches, int[] member, int members) {
    this.branches = branches;
    this.member = member;
    this.members = members;
  }

  @Override
  void read(Decoder in, ColumnBuilder to) throws IOException {
    int branch = in.readIndex();
    int target = member[branch];
    if (target < 0) {
      branches[branch].read(in, to);
      return;
    }
    StructBuilder struct = (StructBuilder) to;
    for (int i = 0; i < members; i++) {
      if (i == target) {
        branches[branch].read(in, struct.field(i));
      } else {
        struct.field(i).appendNull();
      }
    }
    struct.endStruct();
  }

  @Override
  void skip(Decoder in) throws IOException {
    branches[in.readIndex()].skip(in);
  }
}
