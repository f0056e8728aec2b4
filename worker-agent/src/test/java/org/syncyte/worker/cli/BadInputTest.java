package org.syncyte.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.cards.checkpoint.TorchArchive;

/// What is wrong with the input is said in one line, with exit code 2, and nothing is written.
class BadInputTest {
  private static final int GENES = 12;
  private static final String PX_R = "px_r";

  @TempDir private static Path folder;

  private record Outcome(int code, String error) {}

  @BeforeAll
  static void train() throws IOException {
    write("good", cells(40, GENES));
    assertThat(
            run(
                    "train",
                    file("good"),
                    "-o",
                    folder.resolve("scvi"),
                    "--batch-key",
                    "site",
                    "--continuous",
                    "age",
                    "--genes",
                    "0",
                    "--epochs",
                    "1",
                    "--with-latents")
                .code())
        .isZero();
    assertThat(
            run(
                    "train",
                    file("good"),
                    "-o",
                    folder.resolve("scanvi"),
                    "--batch-key",
                    "site",
                    "--labels-key",
                    "type",
                    "--model",
                    "SCANVI",
                    "--genes",
                    "0",
                    "--epochs",
                    "1")
                .code())
        .isZero();
  }

  @TestFactory
  List<DynamicTest> dataThatDoNotFit() throws IOException {
    var good = cells(40, GENES);
    return List.of(
        refused(
            "unseen batch", with(good, "site", "mars"), "scvi", "'mars'", "not in the reference"),
        refused("missing batch", with(good, "site", null), "scvi", "'site' is missing for cell 0"),
        refused("no batch column", without(good, "site"), "scvi", "column 'site' is not in obs"),
        refused("NaN covariate", ages(good, Double.NaN), "scvi", "'age' is NaN for cell 0"),
        refused("text for a number", with(good, "age", "old"), "scvi", "'age' holds text"),
        refused("no common gene", genes(good, i -> "ENSG" + i), "scvi", "no gene in common"),
        refused("gene twice", genes(good, _ -> "gene1"), "scvi", "'gene1' occurs twice"),
        refused("negative count", count(good, -1), "scvi", "value -1.0 of cell 0, gene 0"),
        refused("no count", count(good, 0.5f), "scvi", "counts are whole numbers"),
        refused("infinite count", count(good, Float.POSITIVE_INFINITY), "scvi", "finite"),
        refused("all counts zero", zero(good), "scvi", "all counts are zero"));
  }

  @TestFactory
  List<DynamicTest> queriesThatCannotBeLearned() throws IOException {
    var good = cells(40, GENES);
    return List.of(
        learned("wrong label", with(good, "type", "Q cell"), "scanvi", "'Q cell'", "'Unknown'"),
        learned(
            "missing label", with(good, "type", null), "scanvi", "'type' is missing for cell 0"),
        learned(
            "too few genes",
            genes(good, i -> i < 4 ? "gene" + i : "other" + i),
            "scanvi",
            "4 of the model's 12 genes (33.3 %), below the required 50.0 %"),
        learned(
            "one cell",
            cells(1, GENES),
            "scanvi",
            "one cell to train on; a model is learned from many"),
        learned("no cells", cells(0, GENES), "scanvi", "no cells"),
        learned("minified", null, "scvi", "minified"));
  }

  @TestFactory
  List<DynamicTest> modelFilesThatDoNotHoldTheModel() {
    return List.of(
        damaged("another class", saved -> named(saved, "MULTIVI"), "'MULTIVI'", "catalogue"),
        damaged("other class of ours", saved -> named(saved, "SCANVI"), "SCANVI"),
        damaged("missing tensor", saved -> tensors(saved, PX_R, null), "'px_r' is missing"),
        damaged(
            "extra tensor",
            saved -> tensors(saved, "px_q", new Tensor.Floats(new long[] {1}, new float[1])),
            "'px_q' is not part of the model"),
        damaged(
            "wrong shape",
            saved -> tensors(saved, PX_R, new Tensor.Floats(new long[] {3}, new float[3])),
            "'px_r' has shape [3], the model needs [12]"),
        damaged(
            "whole numbers",
            saved -> tensors(saved, PX_R, new Tensor.Longs(new long[] {GENES}, new long[GENES])),
            "'px_r' holds whole numbers"),
        damaged("no registry", saved -> attribute(saved, "registry_", null), "registry_"));
  }

  @TestFactory
  List<DynamicTest> trainingsThatCannotBe() throws IOException {
    var one = write("one-cell", cells(1, GENES));
    var unlabelled = write("one-label", with(cells(40, GENES), "type", "Unknown"));
    var nan = write("nan", ages(cells(40, GENES), Double.NaN));
    return List.of(
        training("one cell", "one cell to train on", one),
        training(
            "no label at all", "label", unlabelled, "--model", "SCANVI", "--labels-key", "type"),
        training("NaN covariate", "'age' is NaN", nan, "--continuous", "age"),
        training("no such column", "'zone' is not in obs", nan, "--batch-key", "zone"),
        training("unknown class", "'SCVX'", nan, "--model", "SCVX"),
        training("unknown argument", "'n_layer'", nan, "--set", "n_layer=2"),
        training("argument out of range", "n_latent = '0'", nan, "--set", "n_latent=0"));
  }

  @Test
  void oneGeneAndOneLabelAreEnough() throws IOException {
    var gene = write("one-gene", cells(40, 1));
    assertThat(train(gene, "gene")).isZero();
    assertThat(run("latent", folder.resolve("gene"), gene, "-o", folder.resolve("g.csv")).code())
        .isZero();
    var label = write("one-type", with(cells(40, GENES), "type", "B cell"));
    assertThat(train(label, "label", "--model", "SCANVI", "--labels-key", "type")).isZero();
    assertThat(run("predict", folder.resolve("label"), label, "-o", folder.resolve("l.csv")).code())
        .isZero();
    assertThat(Files.readAllLines(folder.resolve("l.csv")))
        .last()
        .asString()
        .contains("B cell,1.0");
    var cell = write("single", cells(1, GENES));
    assertThat(run("latent", folder.resolve("scvi"), cell, "-o", folder.resolve("c.csv")).code())
        .isZero();
  }

  private static DynamicTest refused(String name, AnnData cells, String model, String... why)
      throws IOException {
    var query = write("query-" + name.replace(' ', '-'), cells);
    var target = folder.resolve(name + ".h5ad");
    return DynamicTest.dynamicTest(
        name,
        () -> says(run("expression", folder.resolve(model), query, "-o", target), target, why));
  }

  private static DynamicTest learned(
      String name, @Nullable AnnData cells, String model, String... why) throws IOException {
    var query =
        cells == null
            ? folder.resolve(model).resolve("adata.h5ad")
            : write("extend-" + name.replace(' ', '-'), cells);
    var target = folder.resolve(name + "-model");
    return DynamicTest.dynamicTest(
        name,
        () ->
            says(
                run("extend", folder.resolve(model), query, "-o", target, "--epochs", "1"),
                target,
                why));
  }

  private static DynamicTest damaged(String name, UnaryOperator<SavedModel> change, String... why) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          var broken = folder.resolve(name + ".pt");
          TorchArchive.write(
              change.apply(TorchArchive.read(folder.resolve("scvi/model.pt"))), broken);
          var target = folder.resolve(name + "-latent.h5ad");
          says(run("latent", broken, file("good"), "-o", target), target, why);
        });
  }

  private static DynamicTest training(String name, String why, Path data, String... options) {
    var target = folder.resolve(name + "-trained");
    var arguments =
        new ArrayList<Object>(
            List.of("train", data, "-o", target, "--genes", "0", "--epochs", "1"));
    arguments.addAll(Arrays.asList(options));
    return DynamicTest.dynamicTest(name, () -> says(run(arguments.toArray()), target, why));
  }

  private static int train(Path data, String name, String... options) {
    var arguments =
        new ArrayList<Object>(
            List.of("train", data, "-o", folder.resolve(name), "--genes", "0", "--epochs", "2"));
    arguments.addAll(Arrays.asList(options));
    return run(arguments.toArray()).code();
  }

  private static void says(Outcome outcome, Path target, String... why) {
    assertThat(outcome.error()).contains(why);
    assertThat(outcome.error().strip().lines().filter(line -> line.startsWith("syncyte:")))
        .hasSize(1);
    assertThat(outcome.error()).doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(target).doesNotExist();
  }

  private static Outcome run(Object... arguments) {
    var texts = new ArrayList<String>();
    for (var argument : arguments) {
      texts.add(argument.toString());
    }
    texts.addAll(List.of("--threads", "1", "--quiet"));
    var usual = System.err;
    var heard = new ByteArrayOutputStream();
    try (var err = new PrintStream(heard, true, StandardCharsets.UTF_8)) {
      System.setErr(err);
      int code = Syncyte.run(texts.toArray(String[]::new));
      return new Outcome(code, heard.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(usual);
    }
  }

  private static Path file(String name) {
    return folder.resolve(name + ".h5ad");
  }

  private static Path write(String name, AnnData cells) throws IOException {
    H5ad.write(cells, file(name));
    return file(name);
  }

  private static AnnData cells(int count, int genes) {
    var random = new Random(1);
    var counts = new float[count * genes];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = 1 + random.nextInt(9);
    }
    var names = new ArrayList<String>();
    var columns = new ArrayList<String>();
    var sites = new String[count];
    var types = new String[count];
    var ages = new double[count];
    for (int c = 0; c < count; c++) {
      names.add("cell" + c);
      sites[c] = c % 2 == 0 ? "north" : "south";
      types[c] = c % 3 == 0 ? "B cell" : "T cell";
      ages[c] = 20 + c;
    }
    for (int g = 0; g < genes; g++) {
      columns.add("gene" + g);
    }
    return AnnData.of(
        new Dense(count, genes, counts),
        DataFrame.of(names)
            .with("site", new Column.Strings(sites))
            .with("type", new Column.Strings(types))
            .with("age", new Column.Floats(ages, false)),
        DataFrame.of(columns));
  }

  @SuppressWarnings("NullAway")
  private static AnnData with(AnnData cells, String column, @Nullable String text) {
    var texts = new String[cells.cells()];
    Arrays.fill(texts, text);
    return cells.withObs(cells.obs().with(column, new Column.Strings(texts)));
  }

  private static AnnData without(AnnData cells, String column) {
    var columns = new LinkedHashMap<>(cells.obs().columns());
    columns.remove(column);
    return cells.withObs(new DataFrame(cells.obs().index(), columns));
  }

  private static AnnData ages(AnnData cells, double age) {
    var ages = new double[cells.cells()];
    Arrays.fill(ages, age);
    return cells.withObs(cells.obs().with("age", new Column.Floats(ages, false)));
  }

  private static AnnData genes(AnnData cells, java.util.function.IntFunction<String> name) {
    var names = new ArrayList<String>();
    for (int g = 0; g < cells.genes(); g++) {
      names.add(name.apply(g));
    }
    return new AnnData(
        cells.x(),
        cells.obs(),
        DataFrame.of(names),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        null);
  }

  private static AnnData count(AnnData cells, float value) {
    var counts = java.util.Objects.requireNonNull(cells.x()).toDense().values().clone();
    counts[0] = value;
    return cells.withX(new Dense(cells.cells(), cells.genes(), counts));
  }

  private static AnnData zero(AnnData cells) {
    return cells.withX(
        new Dense(cells.cells(), cells.genes(), new float[cells.cells() * cells.genes()]));
  }

  private static SavedModel tensors(SavedModel saved, String name, @Nullable Tensor tensor) {
    var tensors = new LinkedHashMap<>(saved.state().tensors());
    tensors.remove(name);
    if (tensor != null) {
      tensors.put(name, tensor);
    }
    return new SavedModel(new StateDict(tensors), saved.varNames(), saved.attributes());
  }

  private static SavedModel named(SavedModel saved, String modelClass) {
    var registry = new LinkedHashMap<String, @Nullable Object>();
    if (saved.attributes().get("registry_") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> registry.put(String.valueOf(key), value));
    }
    registry.put("model_name", modelClass);
    return attribute(saved, "registry_", registry);
  }

  @SuppressWarnings("NullAway")
  private static SavedModel attribute(SavedModel saved, String name, @Nullable Object value) {
    var attributes = new LinkedHashMap<String, @Nullable Object>(saved.attributes());
    attributes.put(name, value);
    return new SavedModel(saved.state(), saved.varNames(), attributes);
  }
}
