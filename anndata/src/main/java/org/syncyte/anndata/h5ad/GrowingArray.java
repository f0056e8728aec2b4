package org.syncyte.anndata.h5ad;

import java.nio.ByteBuffer;

/// An array being written piece by piece from the front, along its first axis.
///
/// Pieces need not be whole chunks: what does not fill one waits for the next piece. The chunks are
/// the same as of an array that is written at once.
final class GrowingArray implements AutoCloseable {
  private final H5Out out;
  private final long id;
  private final String name;
  private final long[] shape;
  private final long[] chunkShape;
  private final int width;
  private final int stride;
  private byte[] waiting = {};
  private long done;

  /// @param shape its shape at most
  GrowingArray(H5Out out, long id, String name, long[] shape, long[] chunkShape, int width) {
    this.out = out;
    this.id = id;
    this.name = name;
    this.shape = shape;
    this.chunkShape = chunkShape;
    this.width = width;
    long entry = width;
    for (int axis = 1; axis < shape.length; axis++) {
      entry *= shape[axis];
    }
    this.stride = Math.toIntExact(entry);
  }

  long id() {
    return id;
  }

  /// Adds entries of the first axis.
  void add(int count, Deflated.Source piece) {
    long held = waiting.length;
    long bytes = held + (long) count * stride;
    long whole = bytes / (chunkShape[0] * stride) * chunkShape[0];
    Deflated.Source joined =
        (from, length) -> {
          if (from >= held) {
            return piece.bytes(from - held, length);
          }
          var both = ByteBuffer.allocate(length);
          both.put(waiting, (int) from, (int) Math.min(held - from, length));
          return both.put(piece.bytes(0, both.remaining())).flip();
        };
    write(whole, joined);
    int rest = (int) (bytes - whole * stride);
    var left = new byte[rest];
    joined.bytes(whole * stride, rest).get(left);
    waiting = left;
  }

  private void write(long count, Deflated.Source source) {
    var part = shape.clone();
    part[0] = count;
    Deflated.each(
        part,
        chunkShape,
        width,
        source,
        (offset, deflated) -> {
          offset[0] += done;
          out.chunk(id, name, offset, deflated);
        });
    done += count;
  }

  /// Writes what waits and cuts the array to what was added.
  void finish() {
    var last = waiting;
    write(last.length / stride, (from, length) -> ByteBuffer.wrap(last, (int) from, length));
    if (done < shape[0]) {
      var cut = shape.clone();
      cut[0] = done;
      out.cut(id, name, cut);
    }
  }

  @Override
  public void close() {
    out.closeArray(id);
  }
}
