package org.syncyte.hub.xet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/// Writes xorbs, shards and LZ4 frames as clients do.
final class Samples {
  private static final int RECORD = 48;
  private static final byte[] TAG =
      HexFormat.of().parseHex("48465265706f4d6574614461746100556967456a7b815783a5bdd95ccdd14aa9");

  private Samples() {}

  /// A xorb of unpacked chunks, its name and its content.
  record Sample(byte[] bytes, XetHash hash, List<byte[]> chunks) {
    byte[] content() {
      return join(chunks);
    }
  }

  static Sample xorb(List<byte[]> chunks) {
    var nodes = new ArrayList<Merkle.Node>();
    var out = new ByteArrayOutputStream();
    for (byte[] chunk : chunks) {
      nodes.add(new Merkle.Node(Merkle.chunk(chunk, 0, chunk.length), chunk.length));
      out.writeBytes(chunk(0, chunk, chunk.length));
    }
    return new Sample(out.toByteArray(), Merkle.root(nodes), chunks);
  }

  static byte[] chunk(int scheme, byte[] packed, int length) {
    return ByteBuffer.allocate(8 + packed.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(packed.length << 8)
        .putInt(length << 8 | scheme)
        .put(packed)
        .array();
  }

  static List<byte[]> chunks(int count, long seed) {
    var random = new Random(seed);
    var chunks = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      var chunk = new byte[random.nextInt(1, 3000)];
      random.nextBytes(chunk);
      chunks.add(chunk);
    }
    return chunks;
  }

  static byte[] join(List<byte[]> parts) {
    var out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  /// A shard of one file that takes these segments.
  static byte[] shard(String sha256, Shard.Segment... segments) {
    var out =
        ByteBuffer.allocate(RECORD * (8 + 2 * segments.length)).order(ByteOrder.LITTLE_ENDIAN);
    out.put(TAG).putLong(2).putLong(0);
    out.put(new XetHash(1, 2, 3, 4).bytes()).putInt(0xC0000000).putInt(segments.length).putLong(0);
    for (var segment : segments) {
      out.put(segment.xorb().bytes())
          .putInt(0)
          .putInt((int) segment.length())
          .putInt(segment.from())
          .putInt(segment.to());
    }
    for (int i = 0; i < segments.length; i++) {
      out.put(new XetHash(5, 6, 7, i).bytes()).putLong(0).putLong(0);
    }
    out.put(XetHash.parse(sha256).bytes()).putLong(0).putLong(0);
    end(out);
    out.put(new XetHash(9, 9, 9, 9).bytes()).putInt(0).putInt(1).putInt(100).putInt(108);
    out.put(new XetHash(8, 8, 8, 8).bytes()).putInt(0).putInt(100).putInt(0).putInt(0);
    end(out);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void end(ByteBuffer out) {
    out.put(new XetHash(-1, -1, -1, -1).bytes()).putLong(0).putLong(0);
  }

  /// An LZ4 frame of one block: a run of one byte, then literals.
  static byte[] lz4(int run, byte value, byte[] literals) {
    var block = new ByteArrayOutputStream();
    block.write(0x1f);
    block.write(value);
    block.write(1);
    block.write(0);
    extended(block, run - 1 - 4 - 15);
    block.write(0xf0);
    extended(block, literals.length - 15);
    block.writeBytes(literals);
    return ByteBuffer.allocate(7 + 4 + block.size() + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x184D2204)
        .put((byte) 0x60)
        .put((byte) 0x40)
        .put((byte) 0)
        .putInt(block.size())
        .put(block.toByteArray())
        .putInt(0)
        .array();
  }

  private static void extended(ByteArrayOutputStream block, int rest) {
    int left = rest;
    while (left >= 255) {
      block.write(255);
      left -= 255;
    }
    block.write(left);
  }
}
