package org.syncyte.hub.lfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revision;
import org.syncyte.hub.repo.Revisions;

/// Which files of a repository are kept as large files: those that its `.gitattributes` names,
/// those above a size, and binary ones that are not small. Empty files never are.
public final class LargeRule {
  private static final int BINARY_FROM = 100 * 1024;
  private static final int MAX_ATTRIBUTES = 1 << 20;
  private final LfsPatterns patterns;
  private final long regular;

  private LargeRule(LfsPatterns patterns, long regular) {
    this.patterns = patterns;
    this.regular = regular;
  }

  /// The rule at a revision; `pending` are lines that the next commit will add.
  public static LargeRule of(
      Repos repos, Revisions revisions, Revision revision, String pending, long regular)
      throws IOException {
    var file = revisions.entry(revision, ".gitattributes");
    String lines = "";
    if (file.isPresent() && !file.get().directory() && file.get().size() <= MAX_ATTRIBUTES) {
      try (InputStream in = repos.open(file.get())) {
        lines = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    return new LargeRule(LfsPatterns.of(lines + "\n" + pending), regular);
  }

  /// Decides by name, size, and the first bytes of the content if they are known.
  public boolean large(String path, long size, byte @Nullable [] sample) {
    if (size == 0) {
      return false;
    }
    return size > regular
        || patterns.match(path)
        || (size > BINARY_FROM && sample != null && isBinary(sample));
  }

  private static boolean isBinary(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return true;
      }
    }
    for (int cut = 0; cut < 4 && cut <= bytes.length; cut++) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, bytes.length - cut));
        return false;
      } catch (CharacterCodingException _) {
        continue;
      }
    }
    return true;
  }
}
