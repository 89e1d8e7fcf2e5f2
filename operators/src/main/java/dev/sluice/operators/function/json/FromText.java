package dev.sluice.operators.function.json;

import dev.sluice.operators.codec.TimeFormats;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.time.DateTimePattern;
import dev.sluice.operators.time.DateTimePatternException;
import java.util.List;
import java.util.Optional;

/** What {@code from_json}, {@code from_csv} and {@code from_xml} and their likes have in common. */
public final class FromText {
  private FromText() {}

  /** The struct that argument 1 describes, everything in it nullable; it may hold VARIANTs. */
  public static StructType struct(FunctionCall call) {
    DataType type = Schemas.of(call, 1);
    if (type instanceof StructType struct) {
      return struct;
    }
    throw call.error(
        "INVALID_SCHEMA.NON_STRUCT_TYPE",
        1,
        "'" + call.name() + "' makes a STRUCT, not " + type.sql(),
        "write 'a INT, b STRING'");
  }

  /**
   * Tells before data moves that a pattern among the options cannot be.
   *
   * @param decoder makes what reads the texts, or writes them
   * @param options the argument they stand at
   */
  public static void checkPatterns(FunctionCall call, Runnable decoder, int options) {
    try {
      decoder.run();
    } catch (DateTimePatternException e) {
      throw call.error(e.errorClass(), options, String.valueOf(e.getMessage()), null);
    }
  }

  /** Tells before data moves that a pattern to write by cannot be, used or not. */
  public static void checkWrittenPatterns(FunctionCall call, TimeFormats formats, int options) {
    for (Optional<String> pattern :
        List.of(formats.timestamp(), formats.timestampNtz(), formats.date())) {
      pattern.ifPresent(
          text ->
              checkPatterns(
                  call,
                  () -> DateTimePattern.compile(text, formats.zone(), formats.locale()),
                  options));
    }
  }

  /** The constant text whose schema is asked for. */
  public static String sample(FunctionCall call, Expression text) {
    if (!text.foldable()) {
      throw call.error(
          "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
          0,
          "the text of '" + call.name() + "' must be a constant",
          null);
    }
    Object sample = call.constant(0);
    if (sample == null) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_NULL",
          0,
          "the text of '" + call.name() + "' is null",
          null);
    }
    return sample.toString();
  }

  /** What FAILFAST does with a row. */
  public static EvaluationException malformed(String format, String message, int row) {
    return new EvaluationException(
        "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
        "malformed " + format + " in FAILFAST mode: " + message,
        row);
  }
}
