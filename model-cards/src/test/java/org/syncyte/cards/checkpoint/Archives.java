package org.syncyte.cards.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Hand-made archives around hand-made pickles.
final class Archives {
  private Archives() {}

  /// An archive whose pickle is the given text, one byte per character.
  static byte[] of(String pickle, byte[]... storages) {
    return ArchiveWriter.write(bytes(pickle), List.of(storages));
  }

  /// A saved model whose one attribute is described by `pickled`.
  static byte[] withAttribute(String pickled) {
    return of(root("}", pickled));
  }

  /// A saved model whose weight `w` is a tensor on a storage of the given type.
  static byte[] withTensor(
      String storage, int elements, int offset, String size, String stride, byte[] data) {
    var tensor =
        "ctorch._utils\n_rebuild_tensor_v2\n(("
            + text("storage")
            + "ctorch\n"
            + storage
            + "\n"
            + text("0")
            + text("cpu")
            + number(elements)
            + "tQ"
            + number(offset)
            + size
            + stride
            + "\u0089}tR";
    return of(root("}" + text("w") + tensor + "s", "N"), data);
  }

  static String root(String state, String attribute) {
    return "\u0080\2}("
        + text("model_state_dict")
        + state
        + text("var_names")
        + "]("
        + text("g")
        + "e"
        + text("attr_dict")
        + "}"
        + text("x_")
        + attribute
        + "su.";
  }

  static String text(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return "X" + little(bytes.length) + new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static String number(int value) {
    return "J" + little(value);
  }

  static String tuple(int... items) {
    var pickled = new StringBuilder("(");
    for (int item : items) {
      pickled.append(number(item));
    }
    return pickled.append('t').toString();
  }

  static String little(int value) {
    var text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append((char) (value >> 8 * i & 0xff));
    }
    return text.toString();
  }

  static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
