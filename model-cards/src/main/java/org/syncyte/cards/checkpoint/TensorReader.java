package org.syncyte.cards.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.checkpoint.Pickled.Call;
import org.syncyte.cards.checkpoint.Pickled.Storage;
import org.syncyte.cards.checkpoint.Pickled.Tuple;

/// Tensors of a torch archive: a view `(offset, size, stride)` on a storage that several may share.
/// Every extent is checked before memory is taken.
final class TensorReader {
  private final ZipArchive archive;
  private final String folder;
  private final ByteOrder order;
  private final Budget budget;
  private final Map<String, ByteBuffer> storages = new HashMap<>();

  TensorReader(ZipArchive archive, String folder, ByteOrder order, Budget budget) {
    this.archive = archive;
    this.folder = folder;
    this.order = order;
    this.budget = budget;
  }

  /// The tensor that the node describes, or null if it describes something else.
  @Nullable Tensor read(Call call) throws IOException {
    Call inner = call;
    for (int depth = 0; depth < 8; depth++) {
      switch (inner.target.toString()) {
        case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" -> {
          return view(inner.args);
        }
        case "torch._utils._rebuild_parameter", "torch.nn.parameter.Parameter" -> {
          if (inner.args.isEmpty() || !(inner.args.getFirst() instanceof Call wrapped)) {
            return null;
          }
          inner = wrapped;
        }
        case "torch._tensor._rebuild_from_type_v2" -> {
          if (inner.args.size() < 3
              || !(inner.args.get(0) instanceof Pickled.Global function)
              || !(inner.args.get(2) instanceof Tuple(var args))) {
            return null;
          }
          inner = new Call(function, args);
        }
        default -> {
          return null;
        }
      }
    }
    return null;
  }

  private Tensor view(List<@Nullable Object> args) throws IOException {
    if (args.size() < 4
        || !(args.get(0) instanceof Storage storage)
        || !(args.get(1) instanceof Long offset)
        || !(args.get(2) instanceof Tuple(var size))
        || !(args.get(3) instanceof Tuple(var stride))
        || size.size() != stride.size()) {
      throw new CheckpointException("a tensor is described in an unknown way");
    }
    var what = "tensor on storage '%s'".formatted(storage.key());
    var type =
        storage.type().module().equals("torch") ? StorageType.torch(storage.type().name()) : null;
    if (type == null) {
      throw new CheckpointException(
          "%s has elements of type %s; float and integer types are known"
              .formatted(what, storage.type()));
    }
    long[] shape = longs(size, what);
    long[] strides = longs(stride, what);
    int count = StorageType.count(shape, what);
    long elements = storage.elements();
    long last = offset;
    for (int axis = 0; axis < shape.length; axis++) {
      if (strides[axis] < 0 || strides[axis] > Integer.MAX_VALUE) {
        throw new CheckpointException("%s has a stride of %d".formatted(what, strides[axis]));
      }
      last += Math.max(0, shape[axis] - 1) * strides[axis];
      if (last > Integer.MAX_VALUE) {
        break;
      }
    }
    if (offset < 0 || offset > elements || count > 0 && last >= elements) {
      throw new CheckpointException(
          "%s reaches element %d, but its storage declares %d".formatted(what, last, elements));
    }
    var data = storage(storage.key());
    if (elements > data.remaining() / type.width) {
      throw new CheckpointException(
          "%s declares %d elements, but its bytes hold %d"
              .formatted(what, elements, data.remaining() / type.width));
    }
    budget.take((long) count * type.memory(), what);
    return type.gather(data, offset, shape, strides, count);
  }

  private ByteBuffer storage(String key) throws IOException {
    var known = storages.get(key);
    if (known != null) {
      return known;
    }
    var name = folder + "data/" + key;
    if (!archive.has(name)) {
      throw new CheckpointException(
          "the pickle names storage '%s', which the archive lacks".formatted(key));
    }
    budget.take(archive.size(name), "storage '" + key + "'");
    var data = archive.read(name).order(order);
    storages.put(key, data);
    return data;
  }

  private static long[] longs(List<@Nullable Object> items, String what) {
    var longs = new long[items.size()];
    for (int i = 0; i < longs.length; i++) {
      if (!(items.get(i) instanceof Long value)) {
        throw new CheckpointException(what + " has a shape that is not made of whole numbers");
      }
      longs[i] = value;
    }
    return longs;
  }
}
