package dev.sluice.operators.function.json;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.codec.json.JsonPath;
import dev.sluice.operators.codec.json.JsonScan;
import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.SharedBytes;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Flats;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.NamedGenerator;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.function.collection.Generating;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looking into JSON texts, by a scan of their bytes. */
public final class JsonFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("get_json_object", "json_array_length", "json_object_keys", "json_tuple");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "get_json_object" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "json_funcs",
                  "get_json_object(json, path)",
                  "What stands at a path such as $.a[0]; null if nothing does.",
                  example("get_json_object('{\"a\":\"b\"}', '$.a')", "b")),
              JsonFunctions::bindPath);
      case "json_array_length" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "json_funcs",
                  "json_array_length(json)",
                  "The number of elements of a JSON array; null for anything else.",
                  example("json_array_length('[1,2,3,4]')", "4")),
              JsonFunctions::bindLength);
      case "json_object_keys" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "json_funcs",
                  "json_object_keys(json)",
                  "The names of a JSON object; null for anything else.",
                  example(
                      "json_object_keys('{\"f1\":\"abc\",\"f2\":{\"f3\":\"a\"}}')", "[f1, f2]")),
              JsonFunctions::bindKeys);
      case "json_tuple" ->
          NamedGenerator.of(
              name,
              FunctionDoc.of(
                  "json_funcs",
                  "json_tuple(json, p1, p2, ..., pn)",
                  "A column for each of these fields of a JSON object.",
                  example("json_tuple('{\"a\":1, \"b\":2}', 'a', 'b')", "1\t2")),
              JsonFunctions::bindTuple);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindPath(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(call.exactly(0, AtomicType.STRING), call.exactly(1, AtomicType.STRING));
    return new ScalarCall(
        "get_json_object",
        arguments,
        AtomicType.STRING,
        true,
        false,
        (columns, rows, context) ->
            find((BytesColumn) columns.get(0).flatten(), columns.get(1), rows));
  }

  private static Column find(BytesColumn texts, Column pathColumn, int rows) {
    BytesColumn paths = (BytesColumn) Flats.base(pathColumn);
    int mask = Flats.mask(pathColumn);
    Validity valid = texts.validity().and(Flats.validity(pathColumn), rows);
    long[] there = valid.copyWords(rows);
    SharedBytes out = new SharedBytes(texts.data(), rows);
    JsonScan scan = new JsonScan();
    @Nullable JsonPath path = null;
    int parsed = -1;
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      int at = i & mask;
      if (parsed != at && (parsed < 0 || !sameText(paths, parsed, at))) {
        path = JsonPath.parse(paths.string(at));
        parsed = at;
      }
      if (path != null && scan.find(path, texts.data(), texts.starts()[i], texts.lengths()[i])) {
        out.put(i, scan.text(), scan.start(), scan.length());
      } else {
        there[i >> 6] &= ~(1L << i);
      }
    }
    return out.build(AtomicType.STRING, Validity.of(there, rows));
  }

  private static boolean sameText(BytesColumn texts, int one, int other) {
    int from = texts.starts()[one];
    int otherFrom = texts.starts()[other];
    return Arrays.equals(
        texts.data(),
        from,
        from + texts.lengths()[one],
        texts.data(),
        otherFrom,
        otherFrom + texts.lengths()[other]);
  }

  private static Expression bindLength(FunctionCall call) {
    call.requireCount(1, 1);
    Expression text = call.exactly(0, AtomicType.STRING);
    return new ScalarCall(
        "json_array_length",
        List.of(text),
        AtomicType.INT,
        true,
        false,
        (columns, rows, context) -> {
          BytesColumn texts = (BytesColumn) columns.get(0).flatten();
          IntBuilder out = (IntBuilder) ColumnBuilder.of(AtomicType.INT, rows);
          JsonScan scan = new JsonScan();
          for (int i = 0; i < rows; i++) {
            int length =
                texts.isNull(i)
                    ? -1
                    : scan.arrayLength(texts.data(), texts.starts()[i], texts.lengths()[i]);
            if (length < 0) {
              out.appendNull();
            } else {
              out.append(length);
            }
          }
          return out.build();
        });
  }

  private static Expression bindKeys(FunctionCall call) {
    call.requireCount(1, 1);
    Expression text = call.exactly(0, AtomicType.STRING);
    ArrayType type = new ArrayType(AtomicType.STRING, true);
    return new ScalarCall(
        "json_object_keys",
        List.of(text),
        type,
        true,
        false,
        (columns, rows, context) -> {
          BytesColumn texts = (BytesColumn) columns.get(0).flatten();
          ArrayBuilder out = (ArrayBuilder) ColumnBuilder.of(type, rows);
          JsonScan scan = new JsonScan();
          for (int i = 0; i < rows; i++) {
            if (!texts.isNull(i)
                && scan.keys(
                    texts.data(),
                    texts.starts()[i],
                    texts.lengths()[i],
                    (BytesBuilder) out.elements())) {
              out.endArray();
            } else {
              out.appendNull();
            }
          }
          return out.build();
        });
  }

  private static Generator bindTuple(FunctionCall call) {
    call.requireCount(2, Integer.MAX_VALUE);
    List<Expression> arguments = new ArrayList<>();
    List<Field> output = new ArrayList<>();
    for (int i = 0; i < call.count(); i++) {
      DataType given = call.argument(i).type();
      if (given != AtomicType.STRING) {
        throw call.error(
            "DATATYPE_MISMATCH.NON_STRING_TYPE",
            i,
            "all arguments of 'json_tuple' must be STRING, but this is " + given.sql(),
            "cast it");
      }
      arguments.add(call.exactly(i, AtomicType.STRING));
      if (i > 0) {
        output.add(new Field("c" + (i - 1), AtomicType.STRING, true));
      }
    }
    return new Generating("json_tuple", arguments, output, false, JsonFunctions::tuple);
  }

  private static Generator.Generated tuple(List<Column> columns, int rows) {
    BytesColumn texts = (BytesColumn) columns.get(0).flatten();
    int width = columns.size() - 1;
    List<BytesColumn> names = new ArrayList<>();
    ColumnBuilder[] out = new ColumnBuilder[width];
    for (int c = 0; c < width; c++) {
      names.add((BytesColumn) columns.get(c + 1).flatten());
      out[c] = ColumnBuilder.of(AtomicType.STRING, rows);
    }
    JsonScan scan = new JsonScan();
    byte[][] wanted = new byte[width][];
    int[] parents = new int[rows];
    for (int i = 0; i < rows; i++) {
      parents[i] = i;
      if (texts.isNull(i)) {
        for (ColumnBuilder builder : out) {
          builder.appendNull();
        }
        continue;
      }
      for (int c = 0; c < width; c++) {
        wanted[c] = names.get(c).isNull(i) ? null : names.get(c).bytes(i);
      }
      scan.fields(texts.data(), texts.starts()[i], texts.lengths()[i], wanted, out);
    }
    List<Column> result = new ArrayList<>();
    for (ColumnBuilder builder : out) {
      result.add(builder.build());
    }
    return new Generator.Generated(parents, result, rows);
  }
}
