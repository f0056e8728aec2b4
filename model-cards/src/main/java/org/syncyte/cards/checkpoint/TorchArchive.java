package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Pickled.Dict;

/// `model.pt`: a zip archive of a pickle and the raw bytes of its tensors.
///
/// **Reading** executes nothing. The zip is read through its central directory, the pickle by an
/// abstract machine with a closed list of opcodes; what is not a plain value, a tensor, a numpy
/// array or a table of numbers stays an inert `Opaque`. A file that mentions a name which can run
/// code is refused with that name. Sizes are checked before memory is taken, and what a file may
/// claim is bounded by its length.
///
/// **Writing** uses the portable encoding: plain containers and tensors alone, the one form that
/// every generation of torch, numpy, pandas and scvi-tools loads, with `weights_only=True` too.
/// What is private or recomputed is left out: per-cell labels, index arrays, history. Equal models
/// give equal bytes.
///
/// Two entries of the file that are neither weights nor attributes are found among the attributes:
/// `pyro_param_store` (parameters of Pyro models outside their modules) and `var_names` when a
/// multi-modal model has gene names per modality.
public final class TorchArchive {
  static final String PYRO = "pyro_param_store";
  private static final Set<String> MEMBERS = Set.of("data.pkl", "byteorder", "version");
  private static final long MAX_PICKLE = 64 << 20;
  private static final byte[] OLD_TORCH = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc};

  private TorchArchive() {}

  /// @throws CheckpointException if the file is broken or hostile
  /// @throws IOException if it cannot be read at all
  public static SavedModel read(Path file) throws IOException {
    try (var source = Source.of(file)) {
      return read(source);
    }
  }

  /// @throws CheckpointException if the bytes are broken or hostile
  public static SavedModel read(byte[] bytes) {
    try {
      return read(Source.of(bytes));
    } catch (IOException e) {
      throw new CheckpointException("the bytes cannot be read", e);
    }
  }

  /// Writes the model in the portable encoding, through a temporary file beside the target.
  public static void write(SavedModel model, Path file) throws IOException {
    AtomicFile.write(file, encode(model));
  }

  /// The bytes that `write` writes.
  public static byte[] encode(SavedModel model) {
    return PortableArchive.encode(model);
  }

  static ZipArchive open(Source source) throws IOException {
    if (source.size() >= OLD_TORCH.length) {
      var start = source.read(0, OLD_TORCH.length);
      boolean old = true;
      for (byte expected : OLD_TORCH) {
        old &= start.get() == expected;
      }
      if (old) {
        throw new CheckpointException(
            "the file was written by torch 1.5 or earlier; load and save it with a newer torch");
      }
    }
    return ZipArchive.open(source);
  }

  /// The one folder of the archive, with a closing slash.
  static String folder(ZipArchive archive) {
    String folder = null;
    for (var name : archive.names()) {
      if (name.equals("data.pkl") || name.endsWith("/data.pkl")) {
        if (folder != null) {
          throw new CheckpointException(
              "the archive holds two pickles, '%s' and '%s'".formatted(folder + "data.pkl", name));
        }
        folder = name.substring(0, name.length() - "data.pkl".length());
      }
    }
    if (folder == null) {
      throw new CheckpointException("not a torch archive: it has no member data.pkl");
    }
    for (var name : archive.names()) {
      if (!name.startsWith(folder)) {
        throw new CheckpointException(
            "member '%s' lies outside the archive's folder '%s'".formatted(name, folder));
      }
      // Others change what torch does: with `constants.pkl` it runs the code in the archive.
      var member = name.substring(folder.length());
      if (!MEMBERS.contains(member) && !member.startsWith("data/") && !member.startsWith(".")) {
        throw new CheckpointException(
            "member '%s' is not part of a saved model; the archive is refused".formatted(name));
      }
    }
    return folder;
  }

  static Budget budget(Source source) {
    return new Budget((64L << 20) + 12 * source.size());
  }

  static ByteBuffer pickle(ZipArchive archive, String folder, Budget budget) throws IOException {
    var name = folder + "data.pkl";
    checkPickle(archive.size(name));
    budget.take(archive.size(name), "the pickle");
    return archive.read(name);
  }

  static void checkPickle(long size) {
    if (size > MAX_PICKLE) {
      throw new CheckpointException(
          "its pickle has %d bytes; the limit is %d".formatted(size, MAX_PICKLE));
    }
  }

  static SavedModel read(Source source) throws IOException {
    var archive = open(source);
    var folder = folder(archive);
    var budget = budget(source);
    var root = PickleReader.read(pickle(archive, folder, budget), budget);
    var tensors = new TensorReader(archive, folder, order(archive, folder), budget);
    var values = new PlainValues(tensors, budget);
    if (!(root instanceof Dict dict)
        || !Set.copyOf(texts(dict.keys))
            .equals(Set.of("model_state_dict", "var_names", "attr_dict"))
        || !(values.of(dict.get("model_state_dict")) instanceof Map<?, ?> state)
        || !(values.of(dict.get("attr_dict")) instanceof Map<?, ?> attributes)) {
      throw new CheckpointException(
          "the archive holds no saved model: its root is not a dictionary of model_state_dict,"
              + " var_names and attr_dict");
    }
    var plain = new LinkedHashMap<String, @Nullable Object>();
    attributes.forEach((key, value) -> plain.put((String) key, value));
    if (plain.get("history_") instanceof Map<?, ?> history) {
      plain.put("history_", curves(history));
    }
    var weights = weights(state, plain);
    return new SavedModel(weights, varNames(values.of(dict.get("var_names")), plain), plain);
  }

  private static List<String> texts(List<@Nullable Object> keys) {
    return keys.stream().map(String::valueOf).toList();
  }

  private static ByteOrder order(ZipArchive archive, String folder) throws IOException {
    var name = folder + "byteorder";
    if (!archive.has(name)) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    if (archive.size(name) > 16) {
      throw new CheckpointException("its byte order is neither 'little' nor 'big'");
    }
    return switch (StandardCharsets.ISO_8859_1.decode(archive.read(name)).toString()) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default -> throw new CheckpointException("its byte order is neither 'little' nor 'big'");
    };
  }

  private static StateDict weights(Map<?, ?> state, Map<String, @Nullable Object> attributes) {
    var tensors = new LinkedHashMap<String, Tensor>();
    state.forEach((key, value) -> {
      if (value instanceof Tensor tensor) {
        tensors.put((String) key, tensor);
      } else if (PYRO.equals(key) && value instanceof Map<?, ?> store) {
        if (store.get("params") instanceof Map<?, ?> params && !params.isEmpty()) {
          attributes.put(PYRO, store);
        }
      } else {
        throw new CheckpointException("entry '%s' of the weights is not a tensor".formatted(key));
      }
    });
    return new StateDict(tensors);
  }

  private static List<String> varNames(
      @Nullable Object value, Map<String, @Nullable Object> attributes) {
    var names = new ArrayList<String>();
    switch (value) {
      case List<?> list -> addNames(list, names);
      case Map<?, ?> modalities -> {
        for (var list : modalities.values()) {
          if (!(list instanceof List<?> some)) {
            throw new CheckpointException("var_names are not lists of text");
          }
          addNames(some, names);
        }
        attributes.put("var_names", modalities);
      }
      case null, default -> throw new CheckpointException("var_names are not a list of text");
    }
    return names;
  }

  private static void addNames(List<?> list, List<String> names) {
    for (var item : list) {
      if (!(item instanceof String name)) {
        throw new CheckpointException("var_names hold something that is not text");
      }
      names.add(name);
    }
  }

  /// A history table has one column of its own name: only the numbers are kept.
  private static Map<String, @Nullable Object> curves(Map<?, ?> history) {
    var curves = new LinkedHashMap<String, @Nullable Object>();
    history.forEach((name, table) ->
        curves.put(
            (String) name,
            table instanceof Map<?, ?> columns && columns.size() == 1
                ? columns.values().iterator().next()
                : table));
    return curves;
  }
}
