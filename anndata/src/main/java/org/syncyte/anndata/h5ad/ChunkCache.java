package org.syncyte.anndata.h5ad;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Decoded chunks, least recently used first out, within a budget of bytes. A chunk may be kept in
/// part; a wish for more of it decodes it anew.
final class ChunkCache {
  private final long budget;
  private final LinkedHashMap<Integer, byte[]> chunks = new LinkedHashMap<>(64, 0.75f, true);
  private long held;

  ChunkCache(long budget) {
    this.budget = budget;
  }

  /// Whether nothing is ever kept, so that a decoded chunk belongs to the caller.
  boolean off() {
    return budget == 0;
  }

  byte[] at(Chunks source, int chunk, int limit) {
    var known = find(chunk);
    if (known != null && known.length >= limit) {
      return known;
    }
    var decoded = source.decode(chunk, known == null ? limit : source.bytes());
    keep(chunk, decoded);
    return decoded;
  }

  private synchronized byte @Nullable [] find(int chunk) {
    return chunks.get(chunk);
  }

  private synchronized void keep(int chunk, byte[] decoded) {
    if (decoded.length > budget) {
      return;
    }
    var old = chunks.put(chunk, decoded);
    held += decoded.length - (old == null ? 0 : old.length);
    var eldest = chunks.entrySet().iterator();
    while (held > budget && eldest.hasNext()) {
      held -= eldest.next().getValue().length;
      eldest.remove();
    }
  }
}
