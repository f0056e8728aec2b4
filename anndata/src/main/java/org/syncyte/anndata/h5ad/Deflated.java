package org.syncyte.anndata.h5ad;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.zip.Deflater;

/// Cuts arrays into chunks and deflates them on several threads.
///
/// One axis: 16,384 elements a chunk, so that a read of some rows of a sparse matrix decodes little
/// more than it needs. Two axes: whole rows, about 64 KB of them, for the same reason. A wave of
/// chunks is compressed in parallel, then written in order, so the bytes do not depend on timing.
final class Deflated {
  static final int LEVEL = 4;
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int WAVE = 64;

  private Deflated() {}

  /// Gives elements as little-endian bytes.
  interface Source {
    /// Bytes `from .. from+length` of the whole array.
    ByteBuffer bytes(long from, int length);
  }

  interface Sink {
    void accept(long[] offset, byte[] deflated);
  }

  static long[] chunkShape(long[] shape, int width) {
    var chunk = shape.clone();
    long rowBytes = width;
    for (int axis = 1; axis < shape.length; axis++) {
      rowBytes *= shape[axis];
    }
    long target = shape.length == 1 ? (1L << 14) * width : CHUNK_BYTES;
    chunk[0] = Math.clamp(target / Math.max(1, rowBytes), 1, shape[0]);
    return chunk;
  }

  private static final class Piece {
    final long row;
    byte[] deflated = new byte[0];

    Piece(long row) {
      this.row = row;
    }
  }

  static void each(long[] shape, long[] chunkShape, int width, Source source, Sink sink) {
    long rowBytes = width;
    for (int axis = 1; axis < shape.length; axis++) {
      rowBytes *= shape[axis];
    }
    long stride = rowBytes;
    int chunkBytes = Math.toIntExact(chunkShape[0] * rowBytes);
    for (long from = 0; from < shape[0]; from += chunkShape[0] * WAVE) {
      var wave = new ArrayList<Piece>();
      for (long row = from;
          row < Math.min(shape[0], from + chunkShape[0] * WAVE);
          row += chunkShape[0]) {
        wave.add(new Piece(row));
      }
      ChunkPool.SHARED.each(
          wave,
          piece -> {
            long rows = Math.min(chunkShape[0], shape[0] - piece.row);
            var plain = new byte[chunkBytes];
            source
                .bytes(piece.row * stride, (int) (rows * stride))
                .get(plain, 0, (int) (rows * stride));
            piece.deflated = deflate(plain);
          });
      for (var piece : wave) {
        var offset = new long[shape.length];
        offset[0] = piece.row;
        sink.accept(offset, piece.deflated);
      }
    }
  }

  private static byte[] deflate(byte[] plain) {
    try (var deflater = new Deflater(LEVEL)) {
      deflater.setInput(plain);
      deflater.finish();
      var out = new byte[plain.length / 2 + 1024];
      int length = 0;
      while (!deflater.finished()) {
        if (length == out.length) {
          out = Arrays.copyOf(out, out.length * 2);
        }
        length += deflater.deflate(out, length, out.length - length);
      }
      return Arrays.copyOf(out, length);
    }
  }
}
