package dev.sluice.runner.yaml;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/**
 * Where each character of a scalar's value stands in the file: the scalar's source is read a second
 * time, by the rules of its style, only when somebody asks. If that does not give the value that
 * the parser gave, every offset is told as the start of the scalar.
 */
final class ScalarOffsets implements Node.Offsets {
  private static final String ESCAPES = "0abt\tnvfre \"/\\N_LP";
  private static final int[] ESCAPED = {
    0, 7, 8, 9, 9, 10, 11, 12, 13, 27, ' ', '"', '/', '\\', 0x85, 0xA0, 0x2028, 0x2029
  };

  private final SourceText source;
  private final ScalarStyle style;
  private final int start;
  private final int end;
  private final String value;
  private int @Nullable [] indexes;

  ScalarOffsets(SourceText source, ScalarStyle style, int start, int end, String value) {
    this.source = source;
    this.style = style;
    this.start = start;
    this.end = end;
    this.value = value;
  }

  @Override
  public SourcePosition at(int offset) {
    int[] known = indexes;
    if (known == null) {
      known = scan();
      indexes = known;
    }
    return source.position(known[Math.max(0, Math.min(offset, known.length - 1))]);
  }

  @Override
  public boolean isCutAtComma() {
    if (style != ScalarStyle.PLAIN) {
      return false;
    }
    int before = start - 1;
    while (before >= 0 && isSpace(before)) {
      before--;
    }
    int behind = end;
    while (behind < source.length() && isSpace(behind)) {
      behind++;
    }
    return before >= 0 && source.at(before) == ',' || source.at(behind) == ',';
  }

  private boolean isSpace(int index) {
    return SourceText.isBlank(source.at(index)) || SourceText.isBreak(source.at(index));
  }

  /** For each char of the value, and for its end, an index into the source. */
  private int[] scan() {
    Scan scan = new Scan();
    switch (style) {
      case SINGLE_QUOTED -> scan.singleQuoted();
      case DOUBLE_QUOTED, JSON_SCALAR_STYLE -> scan.doubleQuoted();
      case PLAIN -> scan.plain();
      case LITERAL, FOLDED -> {
        return scanBlock();
      }
    }
    return scan.matches() ? scan.result() : new int[] {start};
  }

  /** The indentation may be given relative to a parent that is not known here: it is tried out. */
  private int[] scanBlock() {
    for (int indent = 0; indent <= 200; indent++) {
      Scan scan = new Scan();
      scan.block(indent);
      if (scan.matches()) {
        return scan.result();
      }
    }
    return new int[] {start};
  }

  /** One reading of the source. */
  private final class Scan {
    private final StringBuilder text = new StringBuilder();
    private int[] map = new int[value.length() + 2];
    private int at = start;

    private void add(int point, int index) {
      text.appendCodePoint(point);
      if (text.length() >= map.length) {
        map = Arrays.copyOf(map, text.length() * 2 + 2);
      }
      for (int i = text.length() - Character.charCount(point); i < text.length(); i++) {
        map[i] = index;
      }
    }

    boolean matches() {
      return value.contentEquals(text);
    }

    int[] result() {
      map[text.length()] = Math.min(at, end);
      return Arrays.copyOf(map, text.length() + 1);
    }

    void plain() {
      while (at < end) {
        if (SourceText.isBlank(source.at(at)) || SourceText.isBreak(source.at(at))) {
          whitespace();
        } else {
          add(source.at(at), at++);
        }
      }
    }

    void singleQuoted() {
      at++;
      while (at < end - 1) {
        int point = source.at(at);
        if (SourceText.isBlank(point) || SourceText.isBreak(point)) {
          whitespace();
        } else {
          add(point, at);
          at += point == '\'' ? 2 : 1;
        }
      }
    }

    void doubleQuoted() {
      at++;
      while (at < end - 1) {
        int point = source.at(at);
        if (point == '\\') {
          escape();
        } else if (SourceText.isBlank(point) || SourceText.isBreak(point)) {
          whitespace();
        } else {
          add(point, at++);
        }
      }
    }

    private void escape() {
      int first = at++;
      int kind = source.at(at);
      if (SourceText.isBreak(kind)) {
        at += source.breakLength(at);
        int breaks = 0;
        int firstBreak = at;
        while (at < end
            && (SourceText.isBlank(source.at(at)) || SourceText.isBreak(source.at(at)))) {
          if (SourceText.isBreak(source.at(at))) {
            breaks++;
            at += source.breakLength(at);
          } else {
            at++;
          }
        }
        for (int i = 0; i < breaks; i++) {
          add('\n', firstBreak);
        }
        return;
      }
      at++;
      int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
      if (digits > 0) {
        int point = 0;
        for (int i = 0; i < digits; i++) {
          point = point * 16 + Math.max(0, Character.digit(source.at(at++), 16));
        }
        add(Character.isValidCodePoint(point) ? point : '?', first);
      } else {
        int known = ESCAPES.indexOf(kind);
        add(known < 0 ? kind : ESCAPED[known], first);
      }
    }

    /** Blanks stay; blanks around a line break go, and the break is folded. */
    private void whitespace() {
      int first = at;
      int breaks = 0;
      int firstBreak = at;
      int last = style == ScalarStyle.PLAIN ? end : end - 1;
      while (at < last
          && (SourceText.isBlank(source.at(at)) || SourceText.isBreak(source.at(at)))) {
        if (SourceText.isBreak(source.at(at))) {
          if (breaks++ == 0) {
            firstBreak = at;
          }
          at += source.breakLength(at);
        } else {
          at++;
        }
      }
      if (breaks == 0) {
        for (int i = first; i < at; i++) {
          add(source.at(i), i);
        }
      } else if (breaks == 1) {
        add(' ', firstBreak);
      } else {
        for (int i = 1; i < breaks; i++) {
          add('\n', firstBreak);
        }
      }
    }

    void block(int indent) {
      boolean strip = false;
      boolean keep = false;
      while (at < source.length() && !SourceText.isBreak(source.at(at))) {
        if (source.at(at) == '#') {
          skipLine();
          break;
        }
        strip |= source.at(at) == '-';
        keep |= source.at(at) == '+';
        at++;
      }
      if (at >= source.length()) {
        return;
      }
      at += source.breakLength(at);
      int breaks = emptyLines(indent);
      int lineBreak = at;
      boolean any = false;
      while (lineStartsHere(indent)) {
        any = true;
        for (int i = 0; i < breaks; i++) {
          add('\n', lineBreak);
        }
        at += indent;
        boolean text = !SourceText.isBlank(source.at(at));
        while (at < source.length() && !SourceText.isBreak(source.at(at))) {
          add(source.at(at), at++);
        }
        lineBreak = at;
        boolean broken = at < source.length();
        at += broken ? source.breakLength(at) : 0;
        breaks = emptyLines(indent);
        if (lineStartsHere(indent)) {
          boolean fold =
              style == ScalarStyle.FOLDED && text && !SourceText.isBlank(source.at(at + indent));
          if (!fold) {
            add('\n', lineBreak);
          } else if (breaks == 0) {
            add(' ', lineBreak);
          }
        } else {
          if (broken && !strip) {
            add('\n', lineBreak);
          }
          break;
        }
      }
      if (keep || !any && !strip) {
        for (int i = 0; i < breaks; i++) {
          add('\n', lineBreak);
        }
      }
    }

    private void skipLine() {
      while (at < source.length() && !SourceText.isBreak(source.at(at))) {
        at++;
      }
    }

    /** Skips lines that hold nothing but indentation; tells how many. */
    private int emptyLines(int indent) {
      int count = 0;
      while (at < source.length()) {
        int blank = at;
        while (blank - at < indent && source.at(blank) == ' ') {
          blank++;
        }
        if (!SourceText.isBreak(source.at(blank))) {
          return count;
        }
        at = blank + source.breakLength(blank);
        count++;
      }
      return count;
    }

    private boolean lineStartsHere(int indent) {
      if (at >= source.length() || at >= end) {
        return false;
      }
      for (int i = 0; i < indent; i++) {
        if (source.at(at + i) != ' ') {
          return false;
        }
      }
      return at + indent < source.length();
    }
  }
}
