package dev.sluice.operators.keyed;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Builder;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.FloatBuilder;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntervalBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.MapBuilder;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructBuilder;
import dev.sluice.operators.data.StructType;

/** Reads back what {@link KeyCodec} wrote, value by value. */
public final class KeyReader {
  private byte[] data = new byte[0];
  private int position;

  public void at(byte[] newData, int newPosition) {
    data = newData;
    position = newPosition;
  }

  private int nextInt() {
    int value = (int) Hashing.INTS.get(data, position);
    position += 4;
    return value;
  }

  private long nextLong() {
    long value = (long) Hashing.LONGS.get(data, position);
    position += 8;
    return value;
  }

  public void read(DataType type, ColumnBuilder into) {
    boolean valid = data[position++] != 0;
    if (!valid) {
      switch (type.physical()) {
        case ARRAY, MAP, STRUCT -> {}
        default -> position += KeyCodec.fixedWidth(type.physical());
      }
      into.appendNull();
      return;
    }
    switch (type.physical()) {
      case NULL -> into.appendNull();
      case BOOLEAN -> ((BooleanBuilder) into).append(data[position++] != 0);
      case INT -> ((IntBuilder) into).append(nextInt());
      case LONG -> ((LongBuilder) into).append(nextLong());
      case FLOAT -> ((FloatBuilder) into).append(Float.intBitsToFloat(nextInt()));
      case DOUBLE -> ((DoubleBuilder) into).append(Double.longBitsToDouble(nextLong()));
      case DECIMAL128 -> {
        long high = nextLong();
        ((Decimal128Builder) into).append(high, nextLong());
      }
      case INTERVAL -> {
        int months = nextInt();
        int days = nextInt();
        ((IntervalBuilder) into).append(months, days, nextLong());
      }
      case BYTES -> {
        int length = nextInt();
        ((BytesBuilder) into).append(data, position, length);
        position += length;
      }
      case ARRAY -> {
        ArrayBuilder arrays = (ArrayBuilder) into;
        int length = nextInt();
        for (int i = 0; i < length; i++) {
          read(((ArrayType) type).element(), arrays.elements());
        }
        arrays.endArray();
      }
      case MAP -> {
        MapBuilder maps = (MapBuilder) into;
        int length = nextInt();
        for (int i = 0; i < length; i++) {
          read(((MapType) type).key(), maps.keys());
          read(((MapType) type).value(), maps.values());
        }
        maps.endMap();
      }
      case STRUCT -> {
        StructBuilder structs = (StructBuilder) into;
        StructType struct = (StructType) type;
        for (int i = 0; i < struct.size(); i++) {
          read(struct.field(i).type(), structs.field(i));
        }
        structs.endStruct();
      }
    }
  }
}
