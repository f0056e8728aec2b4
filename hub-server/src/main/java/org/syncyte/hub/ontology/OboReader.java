package org.syncyte.hub.ontology;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads ontologies in the OBO format, 1.2 and 1.4: stanzas `[Term]` with `id`, `name`, exact
/// synonyms, `is_a` and `relationship: part_of`. Everything else is passed over; obsolete terms and
/// those without a name are left out.
///
/// One term at a time is in memory. A line, a term and the number of terms have bounds; the same
/// text always gives the same terms.
final class OboReader {
  private static final int MAX_LINE = 100_000;
  private static final int MAX_NAME = 300;
  private static final int MAX_PER_TERM = 1_000;
  private static final int MAX_TERMS = 3_000_000;
  private static final Pattern ID =
      Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,20}:[A-Za-z0-9_.-]{1,30}");

  private final InputStream in;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private int number;

  private OboReader(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 14);
  }

  /// Hands over each term; returns how many there were.
  ///
  /// @throws IllegalArgumentException if this is no OBO file, with the line
  static int read(InputStream in, Consumer<Term> receiver) throws IOException {
    return new OboReader(in).read(receiver);
  }

  private int read(Consumer<Term> receiver) throws IOException {
    int count = 0;
    @Nullable Stanza stanza = null;
    boolean stanzas = false;
    for (String line = line(); line != null; line = line()) {
      if (line.startsWith("[")) {
        count += hand(stanza, receiver);
        if (count > MAX_TERMS) {
          throw bad("more than " + MAX_TERMS + " terms");
        }
        if (!line.endsWith("]")) {
          throw bad("a stanza begins with its kind, such as [Term]");
        }
        stanzas = true;
        stanza = line.equals("[Term]") ? new Stanza() : null;
      } else if (!line.isEmpty() && !line.startsWith("!")) {
        int colon = line.indexOf(':');
        if (colon < 1) {
          throw bad("a line is 'tag: value'");
        }
        if (stanza != null) {
          stanza.take(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
    }
    count += hand(stanza, receiver);
    if (!stanzas) {
      throw bad("there is no [Term] before the end");
    }
    return count;
  }

  private static int hand(@Nullable Stanza stanza, Consumer<Term> receiver) {
    if (stanza == null || stanza.obsolete || stanza.id.isEmpty() || stanza.name.isEmpty()) {
      return 0;
    }
    receiver.accept(new Term(stanza.id, stanza.name, stanza.synonyms, stanza.parents));
    return 1;
  }

  private final class Stanza {
    private String id = "";
    private String name = "";
    private boolean obsolete;
    private final Set<String> synonyms = new LinkedHashSet<>();
    private final Set<String> parents = new LinkedHashSet<>();

    private void take(String tag, String value) {
      switch (tag) {
        case "id" -> id = ID.matcher(bare(value)).matches() ? bare(value) : "";
        case "name" -> name = text(value);
        case "is_obsolete" -> obsolete = value.startsWith("true");
        case "is_a" -> parent(bare(value));
        case "relationship" -> {
          if (value.startsWith("part_of ")) {
            parent(bare(value.substring("part_of ".length()).strip()));
          }
        }
        case "synonym" -> synonym(value);
        default -> {}
      }
    }

    private void parent(String parent) {
      if (ID.matcher(parent).matches()) {
        parents.add(parent);
        bounded(parents, "parents");
      }
    }

    private void synonym(String value) {
      if (!value.startsWith("\"")) {
        return;
      }
      int end = 1;
      while (end < value.length() && value.charAt(end) != '"') {
        end += value.charAt(end) == '\\' ? 2 : 1;
      }
      if (end >= value.length()) {
        throw bad("a synonym has no closing quotation mark");
      }
      if (value.substring(end + 1).strip().startsWith("EXACT")) {
        String synonym = text(value.substring(1, end));
        if (!synonym.isEmpty()) {
          synonyms.add(synonym);
          bounded(synonyms, "synonyms");
        }
      }
    }

    private void bounded(Set<String> values, String what) {
      if (values.size() > MAX_PER_TERM) {
        throw bad("more than " + MAX_PER_TERM + " " + what);
      }
    }
  }

  /// An id, without the comment and the qualifiers behind it.
  private static String bare(String value) {
    int end = 0;
    while (end < value.length() && " \t{!".indexOf(value.charAt(end)) < 0) {
      end++;
    }
    return value.substring(0, end);
  }

  /// Text without escapes; empty if it is too long to be a name.
  private static String text(String value) {
    var plain = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        c = value.charAt(++i);
        c = c == 'n' || c == 't' || c == 'W' ? ' ' : c;
      }
      plain.append(Character.isISOControl(c) ? ' ' : c);
    }
    String stripped = plain.toString().strip();
    return stripped.length() > MAX_NAME ? "" : stripped;
  }

  private @Nullable String line() throws IOException {
    bytes.reset();
    int b = in.read();
    if (b < 0) {
      return null;
    }
    number++;
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (bytes.size() >= MAX_LINE) {
        throw bad("it is longer than " + MAX_LINE + " bytes");
      }
      bytes.write(b);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString()
          .strip();
    } catch (CharacterCodingException notText) {
      throw bad("it is not UTF-8");
    }
  }

  private IllegalArgumentException bad(String why) {
    return new IllegalArgumentException("not an OBO file, line " + number + ": " + why);
  }
}
