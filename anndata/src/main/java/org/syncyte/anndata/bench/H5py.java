package org.syncyte.anndata.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The baseline in Python: h5py slices, as anndata's backed mode takes them.
final class H5py {
  private static final String SCRIPT =
      """
      import sys, time, h5py, numpy as np
      path, block, seed, seconds, cells, counts = sys.argv[1:]
      block, cells, counts = int(block), int(cells), int(counts)
      rng = np.random.RandomState(int(seed))
      f = h5py.File(path, "r"); d = f["X/data"]; i = f["X/indices"]
      starts = rng.randint(0, cells - block, 100000)
      done = 0; total = 0.0
      cpu = time.process_time(); start = time.perf_counter()
      while time.perf_counter() - start < float(seconds):
          a = int(starts[done % 100000]) * counts; b = a + block * counts
          v = d[a:b]; c = i[a:b]
          total += float(v.sum()); done += 1
      print(done * block, time.perf_counter() - start, time.process_time() - cpu)
      """;

  private H5py() {}

  static Rate timed(
      Path python, Path file, int block, int seed, double seconds, int cells, int counts) {
    var command =
        new ProcessBuilder(
            python.toString(),
            "-c",
            SCRIPT,
            file.toString(),
            Integer.toString(block),
            Integer.toString(seed),
            Double.toString(seconds),
            Integer.toString(cells),
            Integer.toString(counts));
    command.environment().put("OMP_NUM_THREADS", "1");
    command.environment().put("OPENBLAS_NUM_THREADS", "1");
    command.redirectErrorStream(true);
    try {
      var process = command.start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalArgumentException(python + " cannot run the baseline: " + text);
      }
      var numbers = text.strip().split(" ");
      return new Rate(
          Long.parseLong(numbers[0]),
          Double.parseDouble(numbers[1]),
          Double.parseDouble(numbers[2]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
