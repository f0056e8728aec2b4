package org.syncyte.hub.xet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.codec.digest.Blake3;
import org.junit.jupiter.api.Test;

/// The published example of the format: 300 000 bytes of a simple generator, in four chunks.
class MerkleTest {
  private static final List<Integer> LENGTHS = List.of(18_142, 131_072, 86_715, 64_071);

  static byte[] content() {
    var bytes = new byte[300_000];
    int state = 1;
    for (int i = 0; i < bytes.length; i++) {
      state = state * 1_664_525 + 1_013_904_223;
      bytes[i] = (byte) (state >>> 24);
    }
    return bytes;
  }

  private static List<Merkle.Node> chunks() {
    var content = content();
    var chunks = new ArrayList<Merkle.Node>();
    int from = 0;
    for (int length : LENGTHS) {
      chunks.add(new Merkle.Node(Merkle.chunk(content, from, length), length));
      from += length;
    }
    return chunks;
  }

  @Test
  void hashesAreThoseOfTheFormat() {
    var chunks = chunks();
    assertThat(chunks.stream().map(chunk -> chunk.hash().toString()))
        .containsExactly(
            "9f3c12a561800c43249a1f73dd1e58fda1658dd7350157578bfd8431d9c01985",
            "10152cd1bef84ae27390e6eb393d491e0a8b0e9dc96a028879392570e38ac6bb",
            "6adcd58ea48b20a377674fa58b70801056c2f4462c9056f9f8dbab183585eb73",
            "720e2279a0952bf65ec3a3db2cc4dd600d7d1e1cda25743e123935f143fafa8b");
    assertThat(Merkle.root(chunks))
        .hasToString("5cc511d9a7092dfe5d0ce0e74f9265c7b41a9b5594907b7ba458e87ae0e2787a");
  }

  /// The hub needs neither, but both show that hashes are put together from bytes, not from text.
  @Test
  void filesAndRangesAreNamedByTheBytesOfHashes() {
    var chunks = chunks();
    var file = Blake3.initKeyedHash(new byte[32]).update(Merkle.root(chunks).bytes());
    assertThat(XetHash.of(file.doFinalize(32)))
        .hasToString("1528dc374b57a65d51c86b9a4ce52c44a71b10da5a48b7322ec357bb0d8a5c06");
    var range =
        Blake3.initKeyedHash(
            HexFormat.of()
                .parseHex("7f1857d6ce56ed66127ff913e7a5c3f3a4cd26d5b5db49e64124987f28fb94c3"));
    chunks.forEach(chunk -> range.update(chunk.hash().bytes()));
    assertThat(XetHash.of(range.doFinalize(32)))
        .hasToString("28ffb80738571d5974a9e080c184b2b43c0c9e47f1848804585ea9b0ad544dd3");
  }

  @Test
  void textAndBytesOfAHashAgree() {
    var hash = chunks().getFirst().hash();
    assertThat(XetHash.parse(hash.toString())).isEqualTo(hash);
    assertThat(XetHash.of(hash.bytes())).isEqualTo(hash);
    assertThat(hash.bytes()[7])
        .as("digits run from the last byte of a number")
        .isEqualTo((byte) 0x9f);
    assertThatThrownBy(() -> XetHash.parse("9F" + "0".repeat(62)))
        .isInstanceOf(XetFormatException.class);
  }

  @Test
  void rootDependsOnOrderAndSize() {
    var chunks = chunks();
    assertThat(Merkle.root(chunks.reversed())).isNotEqualTo(Merkle.root(chunks));
    var larger = new ArrayList<>(chunks);
    larger.set(0, new Merkle.Node(chunks.getFirst().hash(), 1));
    assertThat(Merkle.root(larger)).isNotEqualTo(Merkle.root(chunks));
    assertThat(Merkle.root(chunks.subList(0, 1))).isEqualTo(chunks.getFirst().hash());
  }
}
