package dev.sluice.connectors.bytes;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.List;
import java.util.Optional;

/** The option {@code singleVariantColumn} of the text formats. */
public final class SingleVariant {
  private static final String NAME = "singleVariantColumn";

  public static final Option OPTION =
      Option.text(NAME, "The VARIANT column that takes whole records, whatever they hold");

  private SingleVariant() {}

  /** The column's name, if the option is given. */
  public static Optional<String> of(Options options) {
    return options.find(NAME);
  }

  /** The columns there are if the option is given and none are declared. */
  public static Optional<Schema> schema(Options options) {
    return of(options).map(name -> new Schema(List.of(new Field(name, AtomicType.VARIANT))));
  }

  /**
   * As in Spark: there may be no column beside it but the one that takes malformed records. Columns
   * that are folders are not declared.
   */
  public static void check(Schema declared, Options options, Problems problems) {
    Optional<String> single = of(options);
    if (single.isEmpty()) {
      return;
    }
    String corrupt = options.text("columnNameOfCorruptRecord");
    boolean found = false;
    for (Field field : declared.fields()) {
      if (field.name().equals(single.get()) && field.type() == AtomicType.VARIANT) {
        found = true;
      } else if (!field.name().equals(corrupt) || field.type() != AtomicType.STRING) {
        problems.error(
            "single-variant-column",
            options.at(NAME),
            "with '" + NAME + "' the column '" + field.name() + "' cannot be declared",
            "declare '" + single.get() + ": variant' alone, or with '" + corrupt + ": string'");
        return;
      }
    }
    if (!found) {
      problems.error(
          "single-variant-column",
          options.at(NAME),
          "no column '" + single.get() + "' of type VARIANT is declared",
          "declare '" + single.get() + ": variant', or leave the schema out");
    }
  }
}
