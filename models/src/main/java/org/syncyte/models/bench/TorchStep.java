package org.syncyte.models.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The baseline in Python: the same step of scVI in PyTorch's own operations, without any framework
/// around it. What a framework adds is not counted.
final class TorchStep {
  private static final String SCRIPT =
      """
      import sys, time, ctypes, numpy as np, torch, torch.nn as nn, torch.nn.functional as F
      cells, genes, density, threads, steps = sys.argv[1:]
      cells, genes, steps = int(cells), int(genes), int(steps)
      libc = ctypes.CDLL("libc.so.6")
      for option, value in ((-3, 32 << 20), (-1, 1 << 30), (-2, 64 << 20)):
          libc.mallopt(option, value)
      torch.set_num_threads(int(threads)); torch.manual_seed(0)
      def layer(i, o):
          return nn.Linear(i, o), nn.BatchNorm1d(o, momentum=0.01, eps=1e-3)
      enc, enc_bn = layer(genes, 128); dec, dec_bn = layer(13, 128)
      mean, var = nn.Linear(128, 10), nn.Linear(128, 10)
      scale, drop = nn.Linear(128, genes), nn.Linear(128, genes)
      px_r = nn.Parameter(torch.randn(genes))
      parts = [enc, enc_bn, dec, dec_bn, mean, var, scale, drop]
      optimiser = torch.optim.Adam(
          [p for m in parts for p in m.parameters()] + [px_r], lr=1e-3, eps=0.01, weight_decay=1e-6)
      data = []
      for _ in range(8):
          x = torch.poisson(torch.full((cells, genes), 2.0)) + 1
          data.append((x * (torch.rand(cells, genes) < float(density)),
                       F.one_hot(torch.randint(0, 3, (cells,)), 3).float()))
      e = 1e-8
      def step(x, b):
          h = F.dropout(F.relu(enc_bn(enc(torch.log1p(x)))), 0.1)
          m, v = mean(h), torch.exp(var(h)) + 1e-4
          z = m + v.sqrt() * torch.randn_like(m)
          h = F.relu(dec_bn(dec(torch.cat([z, b], -1))))
          mu = x.sum(1, keepdim=True) * F.softmax(scale(h), -1)
          pi, th = drop(h), px_r.exp()
          lt = torch.log(th + mu + e); soft = F.softplus(-pi)
          a = th * (torch.log(th + e) - lt) - pi
          zero = F.softplus(a) - soft
          rest = (a - soft + x * (torch.log(mu + e) - lt) + torch.lgamma(x + th)
                  - torch.lgamma(th) - torch.lgamma(x + 1))
          rec = -((x < e).float() * zero + (x > e).float() * rest).sum(-1)
          kl = (0.5 * (v + m * m - 1 - v.log())).sum(-1)
          loss = (rec + 0.1 * kl).mean()
          optimiser.zero_grad(); loss.backward(); optimiser.step()
      times = []
      for i in range(-10, steps):
          start = time.perf_counter(); step(*data[i % 8])
          if i >= 0: times.append(time.perf_counter() - start)
      print(1e3 * float(np.median(times)))
      """;

  private TorchStep() {}

  /// Median milliseconds of a step.
  ///
  /// @param python a Python that has PyTorch
  static double milliseconds(
      Path python, int cells, int genes, double density, int threads, int steps) {
    var builder =
        new ProcessBuilder(
            python.toString(),
            "-c",
            SCRIPT,
            Integer.toString(cells),
            Integer.toString(genes),
            Double.toString(density),
            Integer.toString(threads),
            Integer.toString(steps));
    builder.redirectErrorStream(true);
    try {
      var process = builder.start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalArgumentException(
            python + " cannot run the baseline; does it have PyTorch? " + text);
      }
      return Double.parseDouble(text.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
