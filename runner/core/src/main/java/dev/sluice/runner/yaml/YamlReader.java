package dev.sluice.runner.yaml;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads one YAML document. Nothing is constructed but {@link Node}s: tags are refused, and size,
 * depth and what aliases expand to are limited, so that no file can do harm.
 */
public final class YamlReader {
  /** Longer files are refused unread. */
  public static final int MAX_BYTES = 1 << 20;

  private YamlReader() {}

  /** The document, or nothing after a problem that leaves nothing to go on with. */
  public static Optional<Node> read(String file, byte[] bytes, Problems problems) {
    if (bytes.length > MAX_BYTES) {
      tooLarge(file, bytes.length, problems);
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult end =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, out, true);
    String text = out.flip().toString();
    if (end.isError()) {
      SourceText before = new SourceText(file, text);
      problems.error(
          "not-utf-8",
          before.position(before.length()),
          String.format("the byte 0x%02X is not UTF-8 text", bytes[in.position()]),
          "save the file as UTF-8");
      return Optional.empty();
    }
    return read(file, text.startsWith("\uFEFF") ? text.substring(1) : text, problems);
  }

  /** The problem of a file that is too long to be a pipeline. */
  public static void tooLarge(String file, long bytes, Problems problems) {
    problems.error(
        "file-too-large",
        new SourcePosition(file, 1, 1),
        "the file has " + bytes + " bytes, a pipeline file has at most " + MAX_BYTES,
        "is it the pipeline, or its data?");
  }

  private static Optional<Node> read(String file, String text, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setCodePointLimit(2 * MAX_BYTES).build();
    SourceText source = new SourceText(file, text);
    try {
      return new YamlComposer(
              new ParserImpl(settings, new StreamReader(settings, text)), source, problems)
          .document();
    } catch (YamlComposer.Refused e) {
      return Optional.empty();
    } catch (ReaderException e) {
      problems.error(
          "invalid-yaml",
          source.position(Math.min(e.getPosition(), source.length())),
          String.format("the character U+%04X is not allowed in YAML", e.getCodePoint()),
          "remove it, or write it as an escape in double quotes");
    } catch (MarkedYamlEngineException e) {
      YamlMessages.report(e, source, problems);
    } catch (YamlEngineException e) {
      problems.error(
          "invalid-yaml", source.position(0), "the file cannot be read as YAML", e.getMessage());
    }
    return Optional.empty();
  }
}
