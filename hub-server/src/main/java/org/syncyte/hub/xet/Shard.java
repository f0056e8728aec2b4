package org.syncyte.hub.xet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Describes files as ranges of chunks of xorbs.
///
/// Everything is records of 48 bytes after a header of 48 bytes: the file section, then the xorb
/// section, each ended by a record whose hash is all ones. Counts are believed only as far as the
/// bytes that follow can hold so many records. Chunk lists of the xorb section are skipped: the hub
/// knows the chunks of a xorb from the xorb.
record Shard(List<FileEntry> files) {
  static final int MAX_SIZE = 72 << 20;
  private static final int RECORD = 48;
  private static final long VERSION = 2;
  private static final int HAS_RANGE_HASHES = 1 << 31;
  private static final int HAS_SHA256 = 1 << 30;
  private static final byte[] TAG =
      HexFormat.of().parseHex("48465265706f4d6574614461746100556967456a7b815783a5bdd95ccdd14aa9");

  Shard {
    files = List.copyOf(files);
  }

  /// Chunks `from` (inclusive) to `to` (exclusive) of a xorb, `length` bytes of content.
  record Segment(XetHash xorb, long length, int from, int to) {}

  /// One file: its parts in order, and the SHA-256 of the whole.
  record FileEntry(XetHash hash, List<Segment> segments, @Nullable String sha256) {
    FileEntry {
      segments = List.copyOf(segments);
    }

    /// At most 2^32 for each of the shard's records, so no overflow.
    long length() {
      return segments.stream().mapToLong(Segment::length).sum();
    }
  }

  Set<XetHash> xorbs() {
    var all = new LinkedHashSet<XetHash>();
    files.forEach(file -> file.segments().forEach(segment -> all.add(segment.xorb())));
    return all;
  }

  static Shard parse(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    need(in, 1, "header");
    var tag = new byte[TAG.length];
    in.get(tag);
    if (!Arrays.equals(tag, TAG)) {
      throw new XetFormatException("shard: the first 32 bytes are not those of a shard");
    }
    long version = in.getLong();
    if (version != VERSION) {
      throw new XetFormatException("shard: version " + version + ", known is " + VERSION);
    }
    in.getLong();
    Map<XetHash, XetHash> known = new HashMap<>();
    var files = new ArrayList<FileEntry>();
    while (true) {
      need(in, 1, "file section");
      var hash = XetHash.of(in);
      int flags = in.getInt();
      int count = in.getInt();
      in.getLong();
      if (hash.allOnes()) {
        break;
      }
      files.add(file(in, hash, flags, count, known));
    }
    skipXorbs(in);
    return new Shard(files);
  }

  private static FileEntry file(
      ByteBuffer in, XetHash hash, int flags, int count, Map<XetHash, XetHash> known) {
    boolean hashes = (flags & HAS_RANGE_HASHES) != 0;
    boolean sha = (flags & HAS_SHA256) != 0;
    long records = Integer.toUnsignedLong(count);
    need(in, (hashes ? 2 * records : records) + (sha ? 1 : 0), "file " + hash);
    var segments = new ArrayList<Segment>(count);
    for (int i = 0; i < count; i++) {
      var read = XetHash.of(in);
      var xorb = known.computeIfAbsent(read, same -> same);
      in.getInt();
      long length = Integer.toUnsignedLong(in.getInt());
      int from = in.getInt();
      int to = in.getInt();
      if (from < 0 || to <= from || to > Xorb.MAX_CHUNKS) {
        throw new XetFormatException(
            "shard: file " + hash + " takes chunks " + from + " to " + to + " of a xorb");
      }
      segments.add(new Segment(xorb, length, from, to));
    }
    if (hashes) {
      in.position(in.position() + count * RECORD);
    }
    String sha256 = null;
    if (sha) {
      sha256 = XetHash.of(in).toString();
      in.position(in.position() + RECORD - XetHash.BYTES);
    }
    return new FileEntry(hash, segments, sha256);
  }

  private static void skipXorbs(ByteBuffer in) {
    while (true) {
      need(in, 1, "xorb section");
      var hash = XetHash.of(in);
      in.getInt();
      long chunks = Integer.toUnsignedLong(in.getInt());
      in.getLong();
      if (hash.allOnes()) {
        return;
      }
      need(in, chunks, "xorb " + hash);
      in.position(in.position() + (int) chunks * RECORD);
    }
  }

  private static void need(ByteBuffer in, long records, String what) {
    if (in.remaining() < records * RECORD) {
      throw new XetFormatException("shard: cut off in " + what);
    }
  }
}
