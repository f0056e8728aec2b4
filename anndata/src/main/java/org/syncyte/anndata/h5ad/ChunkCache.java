package org.syncyte.anndata.h5ad;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Decoded chunks, least recently used first out, within a budget of bytes. A chunk may be kept in
/// part; a wish for more of it decodes it anew.
final class ChunkCache {
  /// For all files that are opened without a wish of their own, so that many of them take no more
  /// than one.
  static final ChunkCache SHARED =
      new ChunkCache(Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 16));

  private record Key(Chunks array, int chunk) {}

  private final long budget;
  private final LinkedHashMap<Key, byte[]> chunks = new LinkedHashMap<>(64, 0.75f, true);
  private long held;

  ChunkCache(long budget) {
    this.budget = budget;
  }

  long budget() {
    return budget;
  }

  /// Whether nothing is ever kept, so that a decoded chunk belongs to the caller.
  boolean off() {
    return budget == 0;
  }

  byte[] at(Chunks source, int chunk, int limit) {
    var key = new Key(source, chunk);
    var known = find(key);
    if (known != null && known.length >= limit) {
      return known;
    }
    var decoded = source.decode(chunk, known == null ? limit : source.bytes());
    keep(key, decoded);
    return decoded;
  }

  private synchronized byte @Nullable [] find(Key key) {
    return chunks.get(key);
  }

  private synchronized void keep(Key key, byte[] decoded) {
    if (decoded.length > budget) {
      return;
    }
    var old = chunks.put(key, decoded);
    held += decoded.length - (old == null ? 0 : old.length);
    var eldest = chunks.entrySet().iterator();
    while (held > budget && eldest.hasNext()) {
      held -= eldest.next().getValue().length;
      eldest.remove();
    }
  }

  /// Lets go of the chunks of a file that is closed.
  synchronized void forget(H5File file) {
    for (var entries = chunks.entrySet().iterator(); entries.hasNext(); ) {
      var entry = entries.next();
      if (entry.getKey().array.file() == file) {
        held -= entry.getValue().length;
        entries.remove();
      }
    }
  }
}
