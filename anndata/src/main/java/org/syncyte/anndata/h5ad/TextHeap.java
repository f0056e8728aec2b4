package org.syncyte.anndata.h5ad;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Texts of variable length: HDF5 keeps them in "global heap" collections, and an array holds
/// `(length u4, collection address u8, object index u4)` for each.
///
///     "GCOL"  version u1 = 1  0 0 0  size u8   then objects:
///     index u2  references u2  0 u4  size u8  data, padded to 8 bytes;  index 0 ends the list
///
/// A long object becomes one String however often it is referred to, so a small file cannot name a
/// large text a million times. Names of cells are short and differ; of them nothing is kept.
final class TextHeap {
  private static final int LONG = 64;
  private static final ValueLayout.OfShort U2 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U8 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final H5File file;
  private final Map<Long, int[]> collections = new HashMap<>();
  private final Map<Key, String> texts = new HashMap<>();

  private record Key(long collection, int index, int length) {}

  TextHeap(H5File file) {
    this.file = file;
  }

  synchronized String text(int length, long address, int index, String element) {
    if (length == 0 || address == 0 && index == 0) {
      return "";
    }
    return length <= LONG
        ? decoded(length, address, index, element)
        : texts.computeIfAbsent(
            new Key(address, index, length), _ -> decoded(length, address, index, element));
  }

  /// Lets go of what is known of the file.
  synchronized void clear() {
    collections.clear();
    texts.clear();
  }

  private String decoded(int length, long address, int index, String element) {
    var objects = collections.computeIfAbsent(address, _ -> parse(address, element));
    int at = index >= 0 && index < objects.length ? objects[index] : 0;
    var object = at == 0 ? MemorySegment.NULL : object(address + at, element);
    if (length < 0 || length > object.byteSize()) {
      throw file.problem(
          element,
          "refers to a text that is not there (heap %d, object %d, %d bytes)"
              .formatted(address, index, length));
    }
    var bytes = object.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private MemorySegment object(long address, String element) {
    return file.slice(address + 16, file.slice(address, 16, element).get(U8, 8), element);
  }

  /// Where in the collection each object begins; 0 for none.
  private int[] parse(long address, String element) {
    var head = file.slice(address, 16, element);
    long size = head.get(U8, 8);
    if (head.get(ValueLayout.JAVA_BYTE, 0) != 'G'
        || head.get(ValueLayout.JAVA_BYTE, 1) != 'C'
        || head.get(ValueLayout.JAVA_BYTE, 2) != 'O'
        || head.get(ValueLayout.JAVA_BYTE, 3) != 'L') {
      throw file.problem(element, "its texts are damaged (no heap at %d)".formatted(address));
    }
    var all = file.slice(address, Math.min(size, Integer.MAX_VALUE), element);
    var objects = new int[0];
    for (long at = 16; at + 16 <= all.byteSize(); ) {
      int index = all.get(U2, at) & 0xffff;
      if (index == 0) {
        break;
      }
      long length = all.get(U8, at + 8);
      if (length < 0 || length > all.byteSize() - at - 16) {
        throw file.problem(element, "its texts are damaged (heap at %d)".formatted(address));
      }
      if (index >= objects.length) {
        objects = Arrays.copyOf(objects, Math.max(index + 1, Math.min(1 << 16, index * 2)));
      }
      objects[index] = (int) at;
      at += 16 + (length + 7) / 8 * 8;
    }
    return objects;
  }
}
