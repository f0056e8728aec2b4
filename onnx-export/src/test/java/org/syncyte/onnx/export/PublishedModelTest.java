package org.syncyte.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.HubMetadata;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.models.Fit;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.tasks.LatentRepresentation;
import org.syncyte.models.train.TrainListener;
import org.syncyte.models.train.TrainOptions;
import org.syncyte.models.train.Trainer;
import org.syncyte.onnx.runtime.MappingListener;
import org.syncyte.onnx.runtime.MappingOptions;
import org.syncyte.onnx.runtime.OnnxModel;
import org.syncyte.onnx.runtime.QueryMapper;

/// A model trained on three made-up cell types, published as a folder, then proved and used.
class PublishedModelTest {
  private static final int GENES = 90;
  private static final List<String> TYPES = List.of("B", "NK", "T");

  @TempDir static Path folder;

  private static Dense latent = new Dense(0, 0, new float[0]);

  @BeforeAll
  static void publish() throws IOException {
    var cells = cells(400, 1);
    var registry = Registry.of(cells, new Setup(null, "site", "cell_type", null));
    var config = Map.of("n_hidden", "48", "n_latent", "6", "encode_covariates", "true");
    Compute.threads(1);
    try (var fit = Fit.start("SCVI", config, registry, 3)) {
      var options = TrainOptions.DEFAULT.withEpochs(25).withBatchSize(64).withLearningRate(4e-3);
      Trainer.train(fit, registry.bind(cells), options, TrainListener.NONE);
      var posterior = LatentRepresentation.of(fit, registry.bind(cells));
      latent = posterior.mean();
      TorchArchive.write(fit.saved(), folder.resolve("model.pt"));
      Files.write(folder.resolve("model.onnx"), Exporter.latent(fit));
      Files.write(folder.resolve("expression.onnx"), Exporter.expression(fit));
      var library = new double[cells.cells()];
      var counts = cells.layer(null).toDense();
      for (int i = 0; i < library.length; i++) {
        for (int g = 0; g < GENES; g++) {
          library[i] += counts.at(i, g);
        }
      }
      var minified =
          cells
              .withX(Csr.empty(cells.cells(), GENES))
              .withObs(cells.obs().with("observed_lib_size", new Column.Floats(library, true)))
              .withObsm("scvi_latent_qzm", posterior.mean())
              .withObsm("scvi_latent_qzv", posterior.variance());
      H5ad.write(minified, folder.resolve("adata.h5ad"));
      Files.writeString(
          folder.resolve(HubMetadata.FILE), HubMetadata.of("SCVI", "1.3.3", "0.11.4", null).json());
    }
  }

  @Test
  void graphEqualsTheModelsOwnLatents() {
    try (var mapper = QueryMapper.open(folder, 1)) {
      var options = MappingOptions.DEFAULT.withMinibatch(33);
      var mapping = mapper.map(cells(400, 1), options, MappingListener.NONE);
      var mapped = mapping.data().obsm().get(QueryMapper.LATENT);
      assertThat(mapped).isInstanceOf(Dense.class);
      var difference =
          Difference.of(mapped == null ? new float[0] : mapped.toDense().values(), latent.values());
      assertThat(difference.relative()).isLessThan(1e-5);
    }
  }

  @Test
  void recognisesTypesOfUnseenCells() {
    var query = cells(150, 2);
    try (var mapper = QueryMapper.open(folder, 1)) {
      var mapping = mapper.map(query);
      var found = mapping.data().obs().column(QueryMapper.LABEL).orElseThrow();
      var truth = query.obs().column("cell_type").orElseThrow();
      int right = 0;
      for (int i = 0; i < 150; i++) {
        if (String.valueOf(truth.text(i)).equals(found.text(i))) {
          right++;
        }
      }
      assertThat(right).isGreaterThan(140);
      assertThat(mapping.notices()).isEmpty();
    }
  }

  @Test
  void proofPassesAndHasFixedBytes() throws IOException {
    var proof = Proof.of(folder);
    assertThat(proof.passed()).isTrue();
    assertThat(proof.graphs().keySet()).containsExactly("model.onnx", "expression.onnx");
    assertThat(proof.json()).isEqualTo(Proof.of(folder).json());
    proof.write(folder.resolve("proof.json"));
    var tree = JsonMapper.builder().build().readTree(folder.resolve("proof.json").toFile());
    assertThat(tree.at("/passed").asBoolean()).isTrue();
    assertThat(tree.at("/files/model.onnx").asText()).hasSize(64);
    assertThat(tree.at("/graphs/model.onnx/cells").asInt()).isEqualTo(400);
    assertThat(tree.at("/graphs/model.onnx/max_relative").asDouble()).isLessThan(1e-5);
    assertThat(tree.at("/software/onnxruntime").asText()).isEqualTo(OnnxModel.version());
  }

  @Test
  void proofFailsForGraphOfOtherWeights(@TempDir Path other) throws IOException {
    for (var name : List.of("model.pt", "adata.h5ad", "model.onnx", "expression.onnx")) {
      Files.copy(folder.resolve(name), other.resolve(name));
    }
    try (var fit = Fit.of(TorchArchive.read(other.resolve("model.pt")))) {
      var changed = Fit.start("SCVI", fit.config(), fit.registry(), 99);
      Files.write(other.resolve("model.onnx"), Exporter.latent(changed));
      changed.close();
    }
    var proof = Proof.of(other);
    assertThat(proof.passed()).isFalse();
    assertThat(proof.graphs())
        .hasEntrySatisfying("model.onnx", g -> assertThat(g.passed()).isFalse());
    assertThat(proof.graphs())
        .hasEntrySatisfying("expression.onnx", g -> assertThat(g.passed()).isTrue());
  }

  /// Every type has thirty genes of its own; the second site counts deeper.
  private static AnnData cells(int count, long seed) {
    var random = new Random(seed);
    var values = new float[count * GENES];
    var types = new @Nullable String[count];
    var sites = new @Nullable String[count];
    for (int i = 0; i < count; i++) {
      int type = random.nextInt(3);
      boolean deep = random.nextBoolean();
      types[i] = TYPES.get(type);
      sites[i] = deep ? "s2" : "s1";
      for (int g = 0; g < GENES; g++) {
        double rate = (g / 30 == type ? 3.0 : 0.3) * (deep ? 2 : 1);
        values[i * GENES + g] = poisson(rate, random);
      }
    }
    var obs =
        DataFrame.of(IntStream.range(0, count).mapToObj(i -> "c" + i).toList())
            .with("cell_type", new Column.Strings(types))
            .with("site", new Column.Strings(sites));
    var genes = DataFrame.of(IntStream.range(0, GENES).mapToObj(i -> "g" + i).toList());
    return AnnData.of(new Dense(count, GENES, values).toCsr(), obs, genes);
  }

  private static int poisson(double rate, Random random) {
    int count = -1;
    for (double left = rate; left >= 0; left += Math.log(1 - random.nextDouble())) {
      count++;
    }
    return count;
  }
}
