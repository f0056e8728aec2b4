package org.syncyte.anndata.h5ad;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Texts of variable length: HDF5 keeps them in "global heap" collections, and an array holds
/// `(length u4, collection address u8, object index u4)` for each.
///
///     "GCOL"  version u1 = 1  0 0 0  size u8   then objects:
///     index u2  references u2  0 u4  size u8  data, padded to 8 bytes;  index 0 ends the list
///
/// Every object becomes one String however often it is referred to, so a small file cannot name a
/// large text a million times.
final class TextHeap {
  private static final ValueLayout.OfShort U2 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U8 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final H5File file;
  private final Map<Long, Map<Integer, MemorySegment>> collections = new HashMap<>();
  private final Map<Key, String> texts = new HashMap<>();

  private record Key(long collection, int index, int length) {}

  TextHeap(H5File file) {
    this.file = file;
  }

  synchronized String text(int length, long address, int index, String element) {
    if (length == 0 || address == 0 && index == 0) {
      return "";
    }
    return texts.computeIfAbsent(
        new Key(address, index, length),
        _ -> {
          var object = objects(address, element).get(index);
          if (object == null || length < 0 || length > object.byteSize()) {
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
        });
  }

  private Map<Integer, MemorySegment> objects(long address, String element) {
    var known = collections.get(address);
    if (known == null) {
      known = parse(address, element);
      collections.put(address, known);
    }
    return known;
  }

  private Map<Integer, MemorySegment> parse(long address, String element) {
    var head = file.slice(address, 16, element);
    long size = head.get(U8, 8);
    if (head.get(ValueLayout.JAVA_BYTE, 0) != 'G'
        || head.get(ValueLayout.JAVA_BYTE, 1) != 'C'
        || head.get(ValueLayout.JAVA_BYTE, 2) != 'O'
        || head.get(ValueLayout.JAVA_BYTE, 3) != 'L') {
      throw file.problem(element, "its texts are damaged (no heap at %d)".formatted(address));
    }
    var all = file.slice(address, size, element);
    var objects = new HashMap<Integer, MemorySegment>();
    for (long at = 16; at + 16 <= size; ) {
      int index = all.get(U2, at) & 0xffff;
      if (index == 0) {
        break;
      }
      long length = all.get(U8, at + 8);
      if (length < 0 || length > size - at - 16) {
        throw file.problem(element, "its texts are damaged (heap at %d)".formatted(address));
      }
      objects.put(index, all.asSlice(at + 16, length));
      at += 16 + (length + 7) / 8 * 8;
    }
    return objects;
  }
}
