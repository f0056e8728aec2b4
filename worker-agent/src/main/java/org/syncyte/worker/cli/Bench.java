package org.syncyte.worker.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.bench.LoadBench;
import org.syncyte.models.bench.TrainBench;
import org.syncyte.onnx.bench.LatentBench;
import org.syncyte.onnx.bench.TaskBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Measurements whose numbers the README quotes.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Measures speed and quality on this machine; every number in the README comes from here.",
    subcommands = {
      Bench.Training.class,
      Bench.Loading.class,
      Bench.Latents.class,
      Bench.Expression.class,
      Bench.Gradients.class,
      BenchIntegration.class
    })
final class Bench implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(System.out);
    return 0;
  }

  /// Reading minibatches.
  @Command(
      name = "load",
      mixinStandardHelpOptions = true,
      description = "Minibatches from gzip h5ad files made for the purpose.")
  static final class Loading implements Callable<Integer> {
    @Parameters(
        arity = "0..1",
        paramLabel = "FOLDER",
        description = "Where the files are made and kept (default: a temporary folder).")
    private @Nullable Path folder;

    @Option(
        names = "--python",
        paramLabel = "PATH",
        description = "A Python with h5py, to be measured beside.")
    private @Nullable Path python;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      var place =
          folder == null
              ? Files.createTempDirectory("syncyte-load")
              : Files.createDirectories(folder);
      LoadBench.run(place, python, System.out, json);
      return 0;
    }
  }

  /// Latents by ONNX beside the model itself.
  @Command(
      name = "latent",
      mixinStandardHelpOptions = true,
      description = "Latents by ONNX Runtime beside the model itself.")
  static final class Latents implements Callable<Integer> {
    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() {
      LatentBench.run(System.out, json);
      return 0;
    }
  }

  /// Differential expression.
  @Command(
      name = "de",
      mixinStandardHelpOptions = true,
      description = "Differential expression of two groups, 2,000 genes, 5,000 draws, one thread.")
  static final class Expression implements Callable<Integer> {
    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() {
      TaskBench.expression(System.out, json);
      return 0;
    }
  }

  /// Integrated gradients.
  @Command(
      name = "ig",
      mixinStandardHelpOptions = true,
      description = "Integrated gradients by autograd and by ONNX, 2,000 genes, one thread.")
  static final class Gradients implements Callable<Integer> {
    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() {
      TaskBench.attributions(System.out, json);
      return 0;
    }
  }

  /// Training steps.
  @Command(
      name = "train",
      mixinStandardHelpOptions = true,
      description = "Training of SCVI, minibatches of 128 x 2,000, 20 %% and 5 %% dense.")
  static final class Training implements Callable<Integer> {
    @Option(
        names = "--model",
        split = ",",
        paramLabel = "CLASS",
        description = "SCVI, SCANVI, TOTALVI (default: SCVI).")
    private @Nullable List<String> models;

    @Option(
        names = "--genes",
        split = ",",
        paramLabel = "N",
        description = "Numbers of genes (default: 2000).")
    private @Nullable List<Integer> genes;

    @Option(
        names = "--density",
        split = ",",
        paramLabel = "SHARE",
        description = "Shares of counts above zero (default: 0.2 and 0.05).")
    private @Nullable List<Double> densities;

    @Option(
        names = "--threads",
        split = ",",
        paramLabel = "N",
        description = "Numbers of threads (default: 1 and 2).")
    private @Nullable List<Integer> threads;

    @Option(
        names = "--python",
        paramLabel = "PATH",
        description = "A Python with PyTorch, in which scVI is measured beside.")
    private @Nullable Path python;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Override
    public Integer call() {
      var usual = TrainBench.Request.DEFAULT;
      var request =
          new TrainBench.Request(
              models == null ? usual.models() : models,
              genes == null ? usual.genes() : genes,
              densities == null ? usual.densities() : densities,
              threads == null ? usual.threads() : threads,
              true,
              python);
      TrainBench.run(System.out, request, json);
      return 0;
    }
  }
}
