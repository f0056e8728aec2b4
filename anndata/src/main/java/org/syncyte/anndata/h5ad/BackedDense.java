package org.syncyte.anndata.h5ad;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// A dense matrix in a file, read in whole chunks that cover the rows asked for.
final class BackedDense implements Backed {
  private final H5Array array;
  private final @Nullable Chunks chunks;
  private final int rows;
  private final int columns;

  BackedDense(H5Array array, int rows, int columns) {
    this.array = array;
    this.rows = rows;
    this.columns = columns;
    this.chunks = array.chunked() ? array.chunks() : null;
    array.checkPlausible(chunks);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long stored() {
    return (long) rows * columns;
  }

  @Override
  public Csr rows(int[] chosen) {
    return dense(chosen).toCsr();
  }

  private Dense dense(int[] chosen) {
    for (int row : chosen) {
      Objects.checkIndex(row, rows);
    }
    var values = new float[Math.multiplyExact(chosen.length, columns)];
    try {
      if (chunks == null) {
        for (int i = 0; i < chosen.length; i++) {
          array.type.floats(
              array.window((long) chosen[i] * columns, columns), columns, values, i * columns);
        }
      } else {
        fromChunks(chunks, chosen, values);
      }
    } catch (IllegalStateException | InternalError e) {
      throw new IllegalStateException(
          array.file.path.getFileName() + " was closed or changed while it was read", e);
    }
    return new Dense(chosen.length, columns, values);
  }

  private void fromChunks(Chunks source, int[] chosen, float[] values) {
    boolean list = source.shape().length == 1;
    int high = source.shape()[0];
    int wide = list ? 1 : source.shape()[1];
    int across = list ? 1 : source.grid()[1];
    int width = array.type.width();
    var order =
        IntStream.range(0, chosen.length)
            .boxed()
            .sorted((a, b) -> Integer.compare(chosen[a], chosen[b]))
            .toList();
    var bands = new ArrayList<List<Integer>>();
    for (int from = 0, to; from < order.size(); from = to) {
      int band = chosen[order.get(from)] / high;
      for (to = from + 1; to < order.size() && chosen[order.get(to)] / high == band; to++) {}
      bands.add(order.subList(from, to));
    }
    var jobs = new ArrayList<int[]>();
    for (int b = 0; b < bands.size(); b++) {
      for (int c = 0; c < across; c++) {
        jobs.add(new int[] {b, c});
      }
    }
    array.file.pool.each(
        jobs,
        job -> {
          var band = bands.get(job[0]);
          int start = job[1] * wide;
          int count = Math.min(wide, columns - start);
          int chunk = chosen[band.getFirst()] / high * across + job[1];
          var decoded = array.file.cache.at(source, chunk, source.bytes());
          for (int position : band) {
            int from = (chosen[position] % high * wide) * width;
            array.type.floats(
                ByteBuffer.wrap(decoded, from, count * width),
                count,
                values,
                position * columns + start);
          }
        });
  }

  @Override
  public Matrix columns(int[] chosen) {
    return toDense().columns(chosen);
  }

  @Override
  public Csr toCsr() {
    return toDense().toCsr();
  }

  @Override
  public Dense toDense() {
    return new Dense(rows, columns, array.floats());
  }

  @Override
  public void close() {
    array.file.close();
  }
}
