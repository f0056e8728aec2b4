package org.syncyte.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.privacy.PrivacyLint;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.cards.results.Importance;

/// After training, by the command line: genes 0, 2, 4, ... mark B cells, the others T cells.
class AnalysisTest {
  private static final int GENES = 40;

  @TempDir private static Path folder;

  private static Path cells;
  private static Path model;

  @BeforeAll
  static void train() throws IOException {
    cells = folder.resolve("cells.h5ad");
    model = folder.resolve("model");
    H5ad.write(cells(240), cells);
    var curves = folder.resolve("curves.svg");
    assertThat(
            run(
                "train",
                cells,
                "-o",
                model,
                "--model",
                "SCANVI",
                "--labels-key",
                "type",
                "--unlabeled",
                "none",
                "--batch-key",
                "site",
                "--genes",
                "0",
                "--epochs",
                "25",
                "--batch-size",
                "60",
                "--learning-rate",
                "0.005",
                "--set",
                "n_latent=4",
                "--plot",
                curves,
                "--with-latents"))
        .isZero();
    assertThat(picture(curves)).contains("Training of SCANVI", "validation");
  }

  @Test
  void comparesGroupsAndDrawsThem() throws IOException {
    var table = folder.resolve("de.csv");
    var plot = folder.resolve("volcano.svg");
    assertThat(
            run(
                "de",
                model,
                cells,
                "--group-by",
                "type",
                "--mode",
                "change",
                "--samples",
                "400",
                "--credible",
                "0.9,0.5",
                "--batch-correct",
                "-o",
                table,
                "--plot",
                plot))
        .isZero();
    var lines = Files.readAllLines(table);
    assertThat(lines).hasSize(1 + 2 * GENES);
    assertThat(lines.getFirst())
        .startsWith("gene,proba_de,proba_not_de,bayes_factor,scale1,scale2,pseudocounts,delta,")
        .contains("lfc_confidence_interval_0.5_max")
        .endsWith("is_de_fdr_0.05,comparison,group1,group2");
    assertThat(lines.get(1)).contains("B cell vs Rest,B cell,Rest");
    assertThat(picture(folder.resolve("volcano-B_cell.svg"))).contains("B cell vs Rest", "gene");
    assertThat(picture(folder.resolve("volcano-T_cell.svg"))).contains("T cell vs Rest");

    var one = folder.resolve("de.json");
    assertThat(
            run(
                "de",
                model,
                cells,
                "--group-by",
                "type",
                "--group",
                "B cell",
                "--against",
                "T cell",
                "--samples",
                "400",
                "-o",
                one))
        .isZero();
    var rows = new ObjectMapper().readTree(one.toFile());
    assertThat(rows).hasSize(GENES);
    for (int i = 0; i < 10; i++) {
      assertThat(number(rows.get(i).get("gene").asText()) % 2).isZero();
    }
  }

  @Test
  void comparesCellsOfWhichOnlyTheLatentsAreLeft() throws IOException {
    var table = folder.resolve("minified.csv");
    assertThat(
            run(
                "de",
                model,
                model.resolve("adata.h5ad"),
                "--group-by",
                "type",
                "--group",
                "T cell",
                "--samples",
                "400",
                "-o",
                table))
        .isZero();
    for (var line : Files.readAllLines(table).subList(1, 11)) {
      assertThat(number(line.split(",")[0]) % 2).isOne();
    }
    assertThat(run("evaluate", model, model.resolve("adata.h5ad"))).isEqualTo(2);
  }

  @Test
  void attributesLabelsToTheGenesThatMarkThemByBothWays() throws IOException {
    var table = folder.resolve("ig.csv");
    var plot = folder.resolve("dots.svg");
    assertThat(run("attribute", model, cells, "-o", table, "--plot", plot)).isZero();
    var lines = Files.readAllLines(table);
    assertThat(lines).hasSize(1 + 2 * GENES);
    assertThat(lines.get(1).split(",")).contains("B cell");
    for (int i = 1; i <= 6; i++) {
      assertThat(number(lines.get(i).split(",")[1]) % 2).isZero();
      assertThat(number(lines.get(GENES + i).split(",")[1]) % 2).isOne();
    }
    assertThat(picture(plot)).contains("B cell", "T cell", lines.get(1).split(",")[1]);

    var other = folder.resolve("onnx.csv");
    assertThat(run("attribute", model, cells, "-o", other, "--onnx")).isZero();
    var means = means(lines);
    var again = means(Files.readAllLines(other));
    assertThat(again).hasSameSizeAs(means);
    means.forEach(
        (key, mean) -> assertThat(again.get(key)).as(key).isCloseTo(mean, Offset.offset(1e-4)));

    var latent = folder.resolve("latent.json");
    assertThat(
            run(
                "attribute",
                model,
                cells,
                "-o",
                latent,
                "--latent",
                "1,3",
                "--group-by",
                "type",
                "--cells",
                "50"))
        .isZero();
    assertThat(new ObjectMapper().readTree(latent.toFile())).hasSize(2 * 2 * GENES);
  }

  @Test
  void judgesConfidenceByLabelsKeptApart() throws IOException {
    var report = folder.resolve("report.json");
    var plot = folder.resolve("reliability.svg");
    var told = folder.resolve("told.csv");
    assertThat(
            run(
                "predict",
                model,
                cells,
                "-o",
                told,
                "--report",
                report,
                "--plot",
                plot,
                "--temperature",
                "fit"))
        .isZero();
    var json = new ObjectMapper().readTree(report.toFile());
    assertThat(json.get("accuracy").asDouble()).isGreaterThan(0.95);
    assertThat(json.get("judged").asInt()).isBetween(80, 160);
    assertThat(json.get("at_temperature").get("log_loss").asDouble())
        .isLessThan(json.get("as_told").get("log_loss").asDouble() + 0.02);
    int confused = 0;
    for (var row : json.get("confusion")) {
      for (var count : row) {
        confused += count.asInt();
      }
    }
    assertThat(confused).isEqualTo(json.get("judged").asInt());
    assertThat(picture(plot)).contains("at temperature");
    assertThat(picture(folder.resolve("reliability-confusion.svg"))).contains("B cell");
  }

  @Test
  void publishesResultsOfGroupsBesideTheModel() throws IOException {
    assertThat(run("attribute", model, cells, "-o", folder.resolve("p.csv"), "--publish")).isZero();
    var importance = Importance.read(Files.readAllBytes(model.resolve(Importance.FILE)));
    assertThat(importance.groups())
        .extracting(Importance.Group::title)
        .containsExactlyInAnyOrder("B cell", "T cell");
    for (var group : importance.groups()) {
      assertThat(group.features()).hasSize(Importance.FEATURES);
      int parity = group.title().equals("B cell") ? 0 : 1;
      var strongest = group.features().stream().filter(feature -> feature.mean() > 0).findFirst();
      assertThat(number(strongest.orElseThrow().name()) % 2).isEqualTo(parity);
    }
    assertThat(PrivacyLint.groups(Importance.FILE, importance.column(), importance.sizes()))
        .isEmpty();

    var told = folder.resolve("judged.csv");
    assertThat(run("predict", model, cells, "-o", told, "--publish")).isZero();
    var evaluation = Evaluation.read(Files.readAllBytes(model.resolve(Evaluation.FILE)));
    assertThat(evaluation.accuracy()).isGreaterThan(0.95);
    assertThat(evaluation.model()).isEqualTo(importance.model());
    assertThat(evaluation.sizes().values()).allSatisfy(size -> assertThat(size).isGreaterThan(9));
    assertThat(PrivacyLint.groups(Evaluation.FILE, "", evaluation.sizes())).isEmpty();
  }

  @Test
  void publishesNothingOfFewCellsOrOfDonors() {
    var bare = model.resolve("model.pt");
    var target = folder.resolve("unpublished.csv");
    assertThat(run("attribute", bare, cells, "-o", target, "--publish")).isEqualTo(2);
    assertThat(run("attribute", model, cells, "-o", target, "--cells", "9", "--publish"))
        .isEqualTo(2);
    assertThat(run("attribute", model, cells, "-o", target, "--group-by", "donor", "--publish"))
        .isEqualTo(2);
    assertThat(target).doesNotExist();
  }

  @Test
  void writesExpressionEvidenceAndAbundance() throws IOException {
    var table = folder.resolve("expression.csv");
    assertThat(
            run(
                "expression",
                model,
                cells,
                "-o",
                table,
                "--genes",
                "gene3,gene0",
                "--as-batch",
                "south",
                "--as-batch",
                "north",
                "--samples",
                "2"))
        .isZero();
    assertThat(Files.readAllLines(table)).hasSize(241).first().isEqualTo("cell,gene3,gene0");
    var file = folder.resolve("parameters.h5ad");
    assertThat(run("expression", model, cells, "-o", file, "--what", "parameters")).isZero();
    try (var written = H5ad.read(file)) {
      assertThat(written.layers()).containsOnlyKeys("mean", "dispersions", "dropout");
    }
    var counts = folder.resolve("counts.h5ad");
    assertThat(run("expression", model, cells, "-o", counts, "--what", "counts")).isZero();
    try (var written = H5ad.read(counts)) {
      for (float value : written.layer(null).toCsr().values()) {
        assertThat((double) value).isEqualTo(Math.rint(value));
      }
    }
    var correlation = folder.resolve("correlation.csv");
    assertThat(run("expression", model, cells, "-o", correlation, "--what", "correlation"))
        .isZero();
    assertThat(Files.readAllLines(correlation)).hasSize(GENES + 1);
    assertThat(run("evaluate", model, cells, "--marginal", "5")).isZero();
    var abundance = folder.resolve("abundance.h5ad");
    assertThat(run("abundance", model, cells, "--sample-key", "site", "-o", abundance)).isZero();
    try (var written = H5ad.read(abundance)) {
      assertThat(written.obsm().get("da_log_probs")).isNotNull();
    }
    var map = folder.resolve("map.svg");
    assertThat(run("latent", model, cells, "-o", folder.resolve("l.csv"), "--plot", map)).isZero();
    assertThat(picture(map)).contains("Latent space by type", "T cell");
    var curves = folder.resolve("again.svg");
    assertThat(run("plot", model, "-o", curves)).isZero();
    assertThat(picture(curves)).contains("labels told right");
  }

  @Test
  void refusesWhatCannotBeAnswered() {
    var target = folder.resolve("none.csv");
    var svg = folder.resolve("none.svg");
    assertThat(run("de", model, cells, "--group-by", "kind", "-o", target)).isEqualTo(2);
    assertThat(run("de", model, cells, "--group-by", "type", "--group", "A", "-o", target))
        .isEqualTo(2);
    assertThat(run("de", model, cells, "--group-by", "type", "-o", folder.resolve("de.txt")))
        .isEqualTo(2);
    assertThat(run("de", model, cells, "--group-by", "type", "--as-batch", "north", "-o", target))
        .isEqualTo(2);
    assertThat(
            run(
                "de",
                model,
                cells,
                "--group-by",
                "type",
                "--batch-correct",
                "--as-batch",
                "west",
                "-o",
                target))
        .isEqualTo(2);
    assertThat(run("attribute", model, cells, "-o", target, "--label", "C cell")).isEqualTo(2);
    assertThat(run("attribute", model, cells, "-o", target, "--latent", "9")).isEqualTo(2);
    assertThat(run("attribute", model, cells, "-o", target, "--plot", target)).isEqualTo(2);
    assertThat(run("expression", model, cells, "-o", target, "--genes", "gene99")).isEqualTo(2);
    assertThat(run("expression", model, cells, "-o", target, "--as-batch", "west")).isEqualTo(2);
    assertThat(run("predict", model, cells, "-o", target, "--plot", svg, "--truth", "kind"))
        .isEqualTo(2);
    assertThat(run("predict", model, cells, "-o", target, "--temperature", "-1")).isEqualTo(2);
    assertThat(run("abundance", model, cells, "-o", target, "--sample-key", "x")).isEqualTo(2);
    assertThat(target).doesNotExist();
    assertThat(svg).doesNotExist();
  }

  private static Map<String, Double> means(List<String> lines) {
    var means = new java.util.HashMap<String, Double>();
    for (var line : lines.subList(1, lines.size())) {
      var entries = line.split(",");
      means.put(entries[1] + " of " + entries[7], Double.parseDouble(entries[4]));
    }
    return means;
  }

  private static int number(String gene) {
    return Integer.parseInt(gene.substring("gene".length()));
  }

  /// The text of a picture that is well-formed XML.
  private static String picture(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var root =
          factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes)).getDocumentElement();
      assertThat(root.getTagName()).isEqualTo("svg");
      assertThat(new String(bytes, java.nio.charset.StandardCharsets.UTF_8))
          .doesNotContain("NaN", "Infinity");
      return root.getTextContent();
    } catch (javax.xml.parsers.ParserConfigurationException | org.xml.sax.SAXException broken) {
      throw new AssertionError(file + " is not XML", broken);
    }
  }

  private static int run(Object... arguments) {
    var texts = new ArrayList<String>();
    for (var argument : arguments) {
      texts.add(argument.toString());
    }
    if (!texts.getFirst().equals("plot")) {
      texts.addAll(List.of("--threads", "1"));
    }
    texts.add("--quiet");
    return Syncyte.run(texts.toArray(String[]::new));
  }

  private static AnnData cells(int count) {
    var random = new Random(4);
    var counts = new float[count * GENES];
    var sites = new int[count];
    var types = new String[count];
    var donors = new String[count];
    for (int c = 0; c < count; c++) {
      sites[c] = c / 2 % 2;
      donors[c] = "P" + c / 60;
      types[c] = c % 2 == 0 ? "B cell" : "T cell";
      for (int g = 0; g < GENES; g++) {
        counts[c * GENES + g] = random.nextInt(g % 2 == c % 2 ? 12 : 3);
      }
    }
    return AnnData.of(
        new Dense(count, GENES, counts),
        DataFrame.of(IntStream.range(0, count).mapToObj(c -> "cell" + c).toList())
            .with("site", new Column.Categorical(sites, List.of("north", "south"), false))
            .with("type", new Column.Strings(types))
            .with("donor", new Column.Strings(donors)),
        DataFrame.of(IntStream.range(0, GENES).mapToObj(g -> "gene" + g).toList()));
  }
}
