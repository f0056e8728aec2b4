package org.syncyte.hub.xet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.codec.digest.Blake3;

/// The hashes of the Xet format: keyed BLAKE3, with another key for each kind of thing.
///
/// A xorb is named by the root of a tree over its chunks. Each level is cut into groups of 2 to 9
/// nodes: from the third node on, a group ends at a node whose last number is divisible by 4, so
/// that a local change of content changes few groups. The name of a group is the hash of the lines
/// `<hash> : <size>` of its members.
final class Merkle {
  private static final byte[] CHUNK =
      HexFormat.of().parseHex("6697f5775b9550de3135cbaca597181c9de421109beb2b58b4d0b04b93adf229");
  private static final byte[] NODE =
      HexFormat.of().parseHex("017ec5c7a5472996fd946666b48a02e65ddd536f37c76dd2f86352e64a53713f");
  private static final int MIN_GROUP = 2;
  private static final int MAX_GROUP = 9;

  private Merkle() {}

  /// A chunk or a group of chunks, and how many bytes of content it covers.
  record Node(XetHash hash, long size) {}

  static XetHash chunk(byte[] bytes, int offset, int length) {
    return hash(Blake3.initKeyedHash(CHUNK).update(bytes, offset, length));
  }

  /// The name of a xorb with these chunks.
  static XetHash root(List<Node> chunks) {
    if (chunks.isEmpty()) {
      throw new XetFormatException("a xorb without chunks has no name");
    }
    var level = chunks;
    while (level.size() > 1) {
      var above = new ArrayList<Node>();
      for (int from = 0; from < level.size(); ) {
        int to = groupEnd(level, from);
        above.add(group(level.subList(from, to)));
        from = to;
      }
      level = above;
    }
    return level.getFirst().hash();
  }

  private static int groupEnd(List<Node> level, int from) {
    int end = Math.min(from + MAX_GROUP, level.size());
    for (int i = from + MIN_GROUP; i < end; i++) {
      if (Long.remainderUnsigned(level.get(i).hash().fourth(), 4) == 0) {
        return i + 1;
      }
    }
    return end;
  }

  private static Node group(List<Node> members) {
    var digest = Blake3.initKeyedHash(NODE);
    long size = 0;
    for (var member : members) {
      digest.update(
          (member.hash() + " : " + member.size() + "\n").getBytes(StandardCharsets.US_ASCII));
      size += member.size();
    }
    return new Node(hash(digest), size);
  }

  private static XetHash hash(Blake3 digest) {
    return XetHash.of(digest.doFinalize(XetHash.BYTES));
  }
}
