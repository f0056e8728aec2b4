package org.syncyte.anndata.fields;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// Sparse rows in a file of its own, neither compressed nor in need of other columns, so that any
/// row costs no more than its bytes.
///
///     row r:  indices 4 n bytes, values 4 n bytes, from byte 8 indptr[r]
///
/// The file lies in the folder of temporary files, for its owner alone, and loses its name as soon
/// as it is open: whatever ends the program, nothing of the cells stays behind.
final class Scratch implements Backed {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final int columns;
  private final long[] indptr;
  private final FileChannel file;
  private final Arena arena = Arena.ofShared();
  private MemorySegment bytes = MemorySegment.NULL;
  private int filled;

  /// @throws UncheckedIOException if there is no place for it
  Scratch(int rows, int columns) {
    this.columns = columns;
    this.indptr = new long[rows + 1];
    try {
      var path = Files.createTempFile("syncyte-cells-", ".tmp");
      file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Appends rows.
  void add(Csr rows) {
    for (int r = 0; r < rows.rows(); r++) {
      indptr[++filled] = indptr[filled - 1] + rows.indptr()[r + 1] - rows.indptr()[r];
    }
    var block =
        ByteBuffer.allocate(Math.multiplyExact(8, rows.stored())).order(ByteOrder.nativeOrder());
    for (int r = 0; r < rows.rows(); r++) {
      int from = (int) rows.indptr()[r];
      int count = (int) rows.indptr()[r + 1] - from;
      block.asIntBuffer().put(rows.indices(), from, count);
      block.position(block.position() + 4 * count);
      block.asFloatBuffer().put(rows.values(), from, count);
      block.position(block.position() + 4 * count);
    }
    try {
      block.flip();
      while (block.hasRemaining()) {
        file.write(block);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes the rows readable.
  Scratch finish() {
    try {
      bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, 8 * stored(), arena);
      file.close();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int rows() {
    return indptr.length - 1;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long stored() {
    return indptr[rows()];
  }

  @Override
  public Csr rows(int[] chosen) {
    var starts = new long[chosen.length + 1];
    for (int i = 0; i < chosen.length; i++) {
      starts[i + 1] = starts[i] + indptr[chosen[i] + 1] - indptr[chosen[i]];
    }
    var indices = new int[Math.toIntExact(starts[chosen.length])];
    var values = new float[indices.length];
    for (int i = 0; i < chosen.length; i++) {
      long from = 8 * indptr[chosen[i]];
      int count = (int) (starts[i + 1] - starts[i]);
      MemorySegment.copy(bytes, INT, from, indices, (int) starts[i], count);
      MemorySegment.copy(bytes, FLOAT, from + 4L * count, values, (int) starts[i], count);
    }
    return new Csr(chosen.length, columns, starts, indices, values);
  }

  @Override
  public Matrix columns(int[] chosen) {
    return toCsr().columns(chosen);
  }

  @Override
  public Csr toCsr() {
    var all = new int[rows()];
    Arrays.setAll(all, i -> i);
    return rows(all);
  }

  @Override
  public Dense toDense() {
    return toCsr().toDense();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (arena.scope().isAlive()) {
        arena.close();
      }
    }
  }
}
