package org.syncyte.anndata.h5ad;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A long one-dimensional array of which ranges are read: the values or indices of a sparse matrix.
///
/// Ranges that touch the same chunk share one decoding of it, and each chunk is left as soon as the
/// last wanted byte is out.
final class Strip {
  /// Takes `count` elements that belong at `to`.
  interface Sink {
    void accept(ByteBuffer elements, int count, int to);
  }

  /// One piece of work, to be run on any thread.
  record Job(Strip strip, int chunk, int limit, int first, int last) {}

  /// Ranges `from[k] .. from[k]+length[k]`, ascending, going to position `to[k]`.
  record Ranges(long[] from, int[] length, int[] to) {}

  private final H5Array array;
  private final @Nullable Chunks chunks;
  private final long perChunk;
  private final ChunkCache cache;

  Strip(H5Array array) {
    this.array = array;
    this.cache = array.file.cache;
    this.chunks = array.chunked() ? array.chunks() : null;
    array.checkPlausible(chunks);
    this.perChunk = chunks == null ? Math.max(1, array.size()) : chunks.shape()[0];
  }

  H5Array array() {
    return array;
  }

  /// The work that `ranges` need.
  List<Job> plan(Ranges ranges) {
    var jobs = new ArrayList<Job>();
    int n = ranges.from.length;
    int first = 0;
    while (first < n && ranges.length[first] == 0) {
      first++;
    }
    if (first == n) {
      return jobs;
    }
    long chunk = ranges.from[first] / perChunk;
    int k = first;
    while (k < n) {
      long begin = chunk * perChunk;
      long end = begin + perChunk;
      int start = k;
      long reach = begin;
      int next = n;
      for (int j = start; j < n && ranges.from[j] < end; j++) {
        long stop = ranges.from[j] + ranges.length[j];
        if (stop > begin) {
          reach = Math.max(reach, Math.min(stop, end));
        }
        k = j + 1;
        if (stop > end && next == n) {
          next = j;
        }
      }
      if (reach > begin) {
        jobs.add(new Job(this, (int) chunk, (int) (reach - begin), start, k));
      }
      if (next < n) {
        k = next;
        chunk++;
      } else {
        while (k < n && ranges.length[k] == 0) {
          k++;
        }
        if (k < n) {
          chunk = ranges.from[k] / perChunk;
        }
      }
    }
    return jobs;
  }

  void run(Job job, Ranges ranges, Sink sink) {
    if (chunks == null) {
      for (int k = job.first; k < job.last; k++) {
        if (ranges.length[k] > 0) {
          sink.accept(
              array.window(ranges.from[k], ranges.length[k]), ranges.length[k], ranges.to[k]);
        }
      }
      return;
    }
    int width = array.type.width();
    if (cache.off()) {
      var scratch = array.file.pool.scratch(chunks.bytes());
      copy(chunks.decode(job.chunk, job.limit * width, scratch), job, ranges, sink);
      array.file.pool.release(scratch);
    } else {
      copy(cache.at(chunks, job.chunk, job.limit * width), job, ranges, sink);
    }
  }

  private void copy(byte[] decoded, Job job, Ranges ranges, Sink sink) {
    int width = array.type.width();
    long begin = job.chunk * perChunk;
    for (int k = job.first; k < job.last; k++) {
      long from = Math.max(ranges.from[k], begin);
      long stop = Math.min(ranges.from[k] + ranges.length[k], begin + perChunk);
      if (stop > from) {
        int count = (int) (stop - from);
        sink.accept(
            ByteBuffer.wrap(decoded, (int) (from - begin) * width, count * width),
            count,
            ranges.to[k] + (int) (from - ranges.from[k]));
      }
    }
  }
}
