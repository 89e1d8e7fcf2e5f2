package dev.sluice.operators.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.codec.json.JsonVariants;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.ColumnBuilder;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class VariantTest {
  private static BytesColumn parsed(String json) {
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, 1);
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    assertThat(new JsonVariants().append(text, 0, text.length, out)).isTrue();
    return out.build();
  }

  private static String again(String json) {
    return VariantText.json(Variant.of(parsed(json), 0), ZoneOffset.UTC);
  }

  private static String bytes(String json) {
    return HexFormat.of().formatHex(parsed(json).bytes(0));
  }

  @Test
  void hasTheFormOfSparkAndParquet() {
    // Metadata: version 1, the names; value: an object of one field, an int8.
    assertThat(bytes("{\"a\":1}")).isEqualTo("0101000161" + "020100" + "0002" + "0c01");
    assertThat(bytes("\"hi\"")).isEqualTo("010000" + "096869");
    assertThat(bytes("[true,null]")).isEqualTo("010000" + "0302" + "000102" + "0400");
    assertThat(bytes("1.5")).isEqualTo("010000" + "20010f000000");
    assertThat(bytes("1e0")).isEqualTo("010000" + "1c000000000000f03f");
    assertThat(bytes("70000")).isEqualTo("010000" + "1470110100");
  }

  @Test
  void sortsFieldsByName() {
    assertThat(again("{\"b\":{\"d\":1,\"c\":[]},\"a\":2}"))
        .isEqualTo("{\"a\":2,\"b\":{\"c\":[],\"d\":1}}");
  }

  @Test
  void keepsNumbersOfEveryWidth() {
    for (String number :
        List.of(
            "-1",
            "127",
            "-129",
            "40000",
            "-3000000000",
            "9223372036854775807",
            "9223372036854775808",
            "-12345678901234567890123456789.123456789",
            "1234567890.12345678",
            "0.00000000000000000000000000000000000001")) {
      assertThat(again(number)).isEqualTo(number);
    }
    assertThat(again("999999999999999999999999999999999999999")).isEqualTo("1.0E39");
    assertThat(again("1.10")).isEqualTo("1.1");
    assertThat(again("1e400")).isEqualTo("\"Infinity\"");
  }

  @Test
  void holdsManyAndLongItems() {
    List<String> items = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      items.add("\"" + "x".repeat(i) + "\"");
      fields.add("\"" + (1000 + i) + "\":" + i);
    }
    String array = "[" + String.join(",", items) + "]";
    String object = "{" + String.join(",", fields) + "}";
    assertThat(again(array)).isEqualTo(array);
    assertThat(again(object)).isEqualTo(object);
    Variant found = VariantPath.parse("$.1299").find(Variant.of(parsed(object), 0));
    assertThat(found.longValue()).isEqualTo(299);
  }

  @Test
  void innerValueStandsAloneWhenAppended() {
    Variant outer = Variant.of(parsed("{\"a\":{\"b\":[1,\"x\"]},\"c\":2}"), 0);
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, 1);
    VariantPath.parse("$.a").find(outer).appendTo(out);
    assertThat(VariantText.json(Variant.of(out.build(), 0), ZoneOffset.UTC))
        .isEqualTo("{\"b\":[1,\"x\"]}");
  }

  @Test
  void copiesValuesOfOtherWriters() {
    VariantWriter writer = new VariantWriter();
    int start = writer.position();
    List<VariantWriter.Entry> entries = new ArrayList<>();
    entries.add(writer.entry("z"));
    writer.put(Variant.of(parsed("{\"a\":[{\"z\":1.5}]}"), 0));
    entries.add(writer.entry("d"));
    writer.putDate(0);
    writer.endObject(start, entries);
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, 1);
    writer.appendTo(out);
    assertThat(VariantText.json(Variant.of(out.build(), 0), ZoneOffset.UTC))
        .isEqualTo("{\"d\":\"1970-01-01\",\"z\":{\"a\":[{\"z\":1.5}]}}");
  }

  @Test
  void refusesTwoFieldsOfOneName() {
    VariantWriter writer = new VariantWriter();
    List<VariantWriter.Entry> entries = List.of(writer.entry("a"), writer.entry("a"));
    assertThatThrownBy(() -> writer.endObject(0, entries))
        .isInstanceOf(VariantWriter.DuplicateName.class)
        .hasMessage("a");
  }

  @Test
  void showsTimestampsOnTheWallClockOfTheZone() {
    VariantWriter writer = new VariantWriter();
    writer.putTimestamp(1_500_000L);
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, 1);
    writer.appendTo(out);
    Variant variant = Variant.of(out.build(), 0);
    assertThat(VariantText.json(variant, ZoneId.of("America/New_York")))
        .isEqualTo("\"1969-12-31 19:00:01.5-05:00\"");
    assertThat(VariantText.json(variant, ZoneOffset.UTC))
        .isEqualTo("\"1970-01-01 00:00:01.5+00:00\"");
  }

  @Test
  void readsPathsAndRefusesOthers() {
    Variant variant = Variant.of(parsed("{\"a\":[{\"b c\":7}],\"x.y\":8}"), 0);
    assertThat(VariantPath.parse("$.a[0]['b c']").find(variant).longValue()).isEqualTo(7);
    assertThat(VariantPath.parse("$.a[0].b c").find(variant).longValue()).isEqualTo(7);
    assertThat(VariantPath.parse("$[\"x.y\"]").find(variant).longValue()).isEqualTo(8);
    assertThat(VariantPath.parse("$.a[1]").find(variant)).isNull();
    assertThat(VariantPath.parse("$.A").find(variant)).isNull();
    for (String wrong : List.of("", "a", "$a", "$.", "$..a", "$[*]", "$[-1]", "$[0", " $.a")) {
      assertThat(VariantPath.parse(wrong)).as(wrong).isNull();
    }
  }

  @Test
  void schemaSurvivesItsState() {
    VariantSchema one =
        VariantSchema.of(Variant.of(parsed("{\"a\":[1,2.5],\"b c\":null,\"d\":{}}"), 0));
    VariantSchema read = VariantSchema.read(one.write());
    assertThat(read).isEqualTo(one);
    assertThat(read.sql()).isEqualTo("OBJECT<a: ARRAY<DECIMAL(21,1)>, `b c`: VOID, d: OBJECT<>>");
    assertThat(new BigDecimal("1.5")).isEqualTo(Variant.of(parsed("1.50"), 0).decimal());
  }
}
