package dev.sluice.collations;

import com.ibm.icu.text.Collator;
import com.ibm.icu.text.RuleBasedCollator;
import com.ibm.icu.text.StringSearch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Collation;
import java.nio.charset.StandardCharsets;
import java.text.StringCharacterIterator;

/** A collation by the rules of a language. */
final class IcuCollation extends Collation {
  // Frozen, and so safe for all threads.
  private final Collator collator;
  private final boolean trimmed;

  IcuCollation(String name, Collator collator, boolean trimmed) {
    super(name);
    this.collator = collator.freeze();
    this.trimmed = trimmed;
  }

  private String text(byte[] data, int start, int length) {
    int end = start + length;
    while (trimmed && end > start && data[end - 1] == ' ') {
      end--;
    }
    return new String(data, start, end - start, StandardCharsets.UTF_8);
  }

  @Override
  public void appendKey(byte[] data, int start, int length, BytesBuilder out) {
    out.append(collator.getCollationKey(text(data, start, length)).toByteArray());
  }

  @Override
  public int compare(byte[] a, int aStart, int aLength, byte[] b, int bStart, int bLength) {
    return collator.compare(text(a, aStart, aLength), text(b, bStart, bLength));
  }

  @Override
  public int[] find(String text, String pattern, int from) {
    if (pattern.isEmpty()) {
      return new int[] {from, from};
    }
    if (from >= text.length()) {
      return new int[0];
    }
    StringSearch search =
        new StringSearch(pattern, new StringCharacterIterator(text), (RuleBasedCollator) collator);
    int at = search.following(from);
    return at == StringSearch.DONE ? new int[0] : new int[] {at, at + search.getMatchLength()};
  }
}
