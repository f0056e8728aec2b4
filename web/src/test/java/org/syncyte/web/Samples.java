package org.syncyte.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Page records as a hub would fill them. The map is of real blood cells (10x Genomics, CC BY 4.0).
final class Samples {
  static final Hub HUB = new Hub("Syncyte", "http://localhost:8080");
  static final Instant NOW = Instant.parse("2026-11-24T21:40:00Z");
  private static final String SHA = "9f3c12a561800c43249a1f73dd1e58fda1658dd7";

  private Samples() {}

  static ModelRow pbmc() {
    return new ModelRow(
        "demo",
        "pbmc-scvi",
        "Blood of healthy donors, three chemistries at three sites that never shared a cell.",
        "SCVI",
        2860L,
        2000L,
        3L,
        true,
        "cc-by-4.0",
        true,
        true,
        NOW,
        128,
        List.of("tissue:blood"),
        "map-small.svg");
  }

  static List<ModelRow> many(int count) {
    var tissues =
        List.of("lung", "heart", "gut", "liver", "kidney", "brain-cortex", "skin", "bone-marrow");
    var classes = List.of("SCANVI", "SCVI", "TOTALVI", "MRVI", "SYSVI", "RESOLVI");
    var owners = List.of("helmholtz-lung", "lab-okafor", "cell-commons", "uni-lund", "demo");
    return IntStream.range(0, count)
        .mapToObj(i -> {
          var tissue = tissues.get(i % tissues.size());
          var modelClass = classes.get(i * 7 % classes.size());
          return new ModelRow(
              owners.get(i * 3 % owners.size()),
              tissue + "-" + modelClass.toLowerCase(java.util.Locale.ROOT) + "-v" + (1 + i / 8),
              i % 5 == 4
                  ? null
                  : "Reference of the healthy human "
                      + tissue
                      + " across donors and protocols, "
                      + "with harmonised labels at three levels of detail and held-out donors.",
              modelClass,
              i % 11 == 10 ? null : 4_213L * (i + 3) * (i + 3),
              2000L + 500L * (i % 5),
              2L + i % 23,
              i % 3 == 0,
              i % 6 == 5 ? null : i % 2 == 0 ? "cc-by-4.0" : "mit",
              i % 2 == 0,
              i % 3 == 0,
              NOW.minus(i * 31L, ChronoUnit.HOURS),
              12_431L / (i + 1),
              List.of("tissue:" + tissue),
              i % 4 == 3 ? null : "map-small.svg");
        })
        .toList();
  }

  static HomePage home(List<ModelRow> rows, long total, boolean narrowed) {
    var shown = rows.subList(0, Math.min(50, rows.size()));
    var facets =
        total < 4
            ? List.<Facet>of()
            : List.of(
                facet("Model", "SCVI", "SCANVI", "TOTALVI", "MRVI", "SYSVI", "RESOLVI"),
                facet(
                    "Tissue",
                    "lung",
                    "blood",
                    "heart",
                    "gut",
                    "liver",
                    "kidney",
                    "skin",
                    "brain cortex",
                    "bone marrow",
                    "retina"),
                facet("Organism", "Homo sapiens", "Mus musculus"),
                facet("Assay", "10x 3' v3", "10x 3' v2", "10x 5' v1", "Smart-seq2", "CITE-seq"));
    return new HomePage(
        HUB,
        narrowed ? "lung" : "",
        facets,
        narrowed ? List.of(new Link("Model: SCVI", "/?q=lung", true)) : List.of(),
        narrowed ? List.of(new HomePage.Field("model", "SCVI")) : List.of(),
        total < 2
            ? List.of()
            : List.of(
                new Link("Recently updated", "/", true),
                new Link("Most downloaded", "/?sort=downloads", false),
                new Link("Most cells", "/?sort=cells", false),
                new Link("Name", "/?sort=name", false)),
        shown,
        new Paging(
            shown.isEmpty() ? 0 : 1,
            shown.size(),
            rows.size(),
            null,
            rows.size() > 50 ? "/?page=2" : null),
        total,
        total == 0 || narrowed
            ? null
            : new HomePage.Feature(
                "demo/pbmc-scvi",
                "/demo/pbmc-scvi/map",
                "map.svg",
                "2,860 cells of demo/pbmc-scvi, coloured by cell type"));
  }

  private static Facet facet(String label, String... names) {
    var options = new ArrayList<Facet.Option>();
    for (var i = 0; i < names.length; i++) {
      options.add(
          new Facet.Option(
              names[i],
              96L / (i + 1),
              i == 1 ? 3 : 0,
              "/?x=" + i,
              label.equals("Model") && i == 0));
    }
    return new Facet(label, options);
  }

  static ModelHead head(ModelTab tab) {
    return new ModelHead(
        HUB,
        "demo",
        "pbmc-scvi",
        "main",
        SHA,
        "SCVI",
        pbmc().summary(),
        List.of(
            new Link("tissue:blood", "/?filter=tissue%3Ablood", false),
            new Link("organism:Homo sapiens", "/?filter=x", false),
            new Link("modality:rna", "/?filter=x", false)),
        List.of(
            Fact.count("cells", 2860L),
            Fact.count("genes", 2000L),
            Fact.count("sites", 3L),
            Fact.count("cell types", 7L),
            Fact.of("licence", "CC BY 4.0"),
            Fact.of("cells published", "minified"),
            Fact.of("updated", "24 Nov 2026"),
            Fact.count("downloads", 128L)),
        List.of(),
        EnumSet.allOf(ModelTab.class),
        tab);
  }

  static ProofView proof(boolean passed) {
    return new ProofView(
        passed,
        null,
        List.of(
            new ProofView.Check("model.onnx", true, 1e-5, 3.1e-6, "1,024 cells, stored counts"),
            new ProofView.Check(
                "expression.onnx", passed, 1e-5, passed ? 9.5e-7 : 0.214, "1,024 cells")),
        "java 25, onnxruntime 1.29.0");
  }

  static CardView card(@Nullable String html) {
    return new CardView(
        head(ModelTab.CARD),
        html,
        List.of(
            Fact.of("model", "SCVI"),
            Fact.of("latent dimensions", "10"),
            Fact.of("layers", "1 × 128"),
            Fact.of("likelihood", "zinb"),
            Fact.of("scvi-tools", "1.3.3"),
            Fact.of("anndata", "0.11.4"),
            new Fact("rounds", "20", "5 epochs each"),
            Fact.of("size", "5.2 MB")),
        Snippet.all(HUB.endpoint(), "demo/pbmc-scvi").subList(0, 1),
        proof(true),
        "map.svg",
        new CardView.Trust("every check passed", "good", "/demo/pbmc-scvi/trust"),
        new CardView.Trust("Native proof: proved", "good", "/demo/pbmc-scvi/trust#native"),
        false);
  }

  static CoveragePage coverage() {
    return new CoveragePage(
        HUB,
        "CD3E\nMS4A1\nNKG7",
        new CoveragePage.Result(
            18_412,
            17_960,
            212,
            List.of(
                new CoveragePage.Row("demo/pbmc-scvi", "/demo/pbmc-scvi", "SCVI", 2000, 1964),
                new CoveragePage.Row("lung-lab/atlas-scanvi", "/x", "SCANVI", 4000, 3312),
                new CoveragePage.Row("brain/cortex", "/x", null, 3000, 1204))));
  }

  static CompareView compare() {
    return new CompareView(
        head(ModelTab.HISTORY),
        "v1.0",
        "main",
        List.of("main", "v1.0"),
        List.of(
            new CompareView.Row("README.md", "2.1 kB", "2.3 kB", "changed"),
            new CompareView.Row("model.pt", "2.2 MB", "2.2 MB", "changed"),
            new CompareView.Row("proof.json", "–", "1.1 kB", "added")),
        null,
        new CompareView.Members("genes", List.of("CD3E", "MS4A1"), List.of("MALAT1")),
        true,
        List.of(new CompareView.Members("cell_type", List.of("pDC"), List.of())),
        List.of(new CompareView.Row("n_latent", "10", "20", "")),
        List.of(
            new CompareView.Row(
                "z_encoder.encoder.fc_layers.Layer 0.0.weight", "0.8213", "0.4021", "[128, 2000]"),
            new CompareView.Row("px_r", "0.0021", "0.0009", "[2000]")),
        14,
        List.of(new CompareView.Row("elbo validation", "821.4", "818.1", "")),
        List.of(
            List.of(
                new CompareView.Line("same", " ", "Trained on three sites."),
                new CompareView.Line("removed", "−", "Twelve donors."),
                new CompareView.Line("added", "+", "Fourteen donors, two of them new."))));
  }

  static TrustView trust() {
    var finding =
        new TrustView.Finding(
            "L3",
            "bad",
            "adata.h5ad",
            "obs['donor']: 8 values that seem to name donors, one for each cell");
    return new TrustView(
        head(ModelTab.TRUST),
        "DONE",
        NOW,
        List.of(
            new TrustView.Check(
                "pickle",
                "Can loading it run foreign code?",
                TrustView.Verdict.PASSED,
                "Python imports only what a saved model is made of (1 file).",
                List.of(),
                List.of()),
            new TrustView.Check(
                "privacy",
                "Does it point to persons?",
                TrustView.Verdict.WARNING,
                "2 things may point to persons or single cells. A clean copy can be made.",
                List.of(
                    finding,
                    new TrustView.Finding(
                        "L8", "warn", "README.md", "an e-mail address, j…@example.org")),
                List.of()),
            new TrustView.Check(
                "proof",
                "Do the graphs give what they should?",
                TrustView.Verdict.PASSED,
                "The graphs ran on 256 published cells and gave what they should.",
                List.of(),
                List.of(Fact.of("cells", "256"), Fact.of("expression sum error", "1.2e-7"))),
            new TrustView.Check(
                "compat",
                "Which releases load it?",
                TrustView.Verdict.NOTE,
                "3 set-ups load it as it is, 2 after repair, 0 not.",
                List.of(new TrustView.Finding("D0", "good", "model.pt", "scvi-tools 1.5: loads")),
                List.of())),
        List.of(
            new TrustView.Form(
                "compat/scvi-1.2",
                "/demo/pbmc-scvi/tree/compat%2Fscvi-1.2",
                "model.pt in the portable encoding")),
        "/api/models/demo/pbmc-scvi/checks/main");
  }

  static LatentMap latentMap() {
    try (var in = Samples.class.getResourceAsStream("/preview/latent_map.json")) {
      var json = new ObjectMapper().readTree(in);
      var obs = new LinkedHashMap<String, LatentMap.Coding>();
      for (var column : json.get("obs").properties()) {
        var codes = column.getValue().get("codes");
        var names = new ArrayList<String>();
        column.getValue().get("categories").forEach(name -> names.add(name.asText()));
        obs.put(
            column.getKey(),
            new LatentMap.Coding(
                IntStream.range(0, codes.size()).map(i -> codes.get(i).asInt()).toArray(), names));
      }
      return new LatentMap(floats(json.get("x")), floats(json.get("y")), obs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] floats(JsonNode values) {
    var numbers = new float[values.size()];
    for (var i = 0; i < numbers.length; i++) {
      numbers[i] = (float) values.get(i).asDouble();
    }
    return numbers;
  }

  static MapView map(String by) {
    var map = latentMap();
    var colourings = new ArrayList<MapView.Colouring>();
    map.obs()
        .forEach((key, coding) -> {
          var counts = coding.counts();
          var legend =
              IntStream.range(0, counts.length)
                  .mapToObj(i -> MapView.Entry.of(coding.categories().get(i), counts[i], i, false))
                  .toList();
          colourings.add(
              new MapView.Colouring(key, "map-" + key + ".html", key.equals(by), legend));
        });
    return new MapView(
        head(ModelTab.MAP), "map.bin", "map-", "map.svg", map.cells(), map.of(), colourings);
  }

  static TrainingView training() {
    var rows = new ArrayList<TrainingView.Row>();
    for (var round = 1; round <= 20; round++) {
      var decay = 180 * Math.exp(-round / 4.0);
      rows.add(
          new TrainingView.Row(
              round,
              List.of(
                  TrainingView.Value.of(512 + decay + Math.sin(round)),
                  TrainingView.Value.of(540 + 1.2 * decay + 2 * Math.cos(round * 1.3)),
                  TrainingView.Value.of(
                      round == 7 ? null : 498 + .9 * decay + 2 * Math.sin(round * 2.1)),
                  TrainingView.Value.of(505 + decay + 2 * Math.sin(round * .7)))));
    }
    return new TrainingView(
        head(ModelTab.TRAINING),
        "Run pbmc-1 of the federation demo",
        "round",
        "validation_loss",
        List.of(
            new Link("validation loss", "training.html", true),
            new Link("train loss", "training.html", false)),
        List.of("all sites", "site-v2", "site-v3", "site-5p"),
        rows,
        List.of(
            new TrainingView.Site("site-v2", 20),
            new TrainingView.Site("site-v3", 19),
            new TrainingView.Site("site-5p", 20)),
        proof(true));
  }

  static GenesView genes() {
    try (var in = Samples.class.getResourceAsStream("/preview/genes.txt")) {
      var names = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      var genes =
          IntStream.range(0, 300).mapToObj(i -> new GenesView.Gene(i, names.get(i))).toList();
      return new GenesView(
          head(ModelTab.GENES),
          "",
          names.size(),
          genes,
          new Paging(1, 300, names.size(), null, "?page=2"),
          List.of(
              new GenesView.Categories("site", List.of("site-v2", "site-v3", "site-5p")),
              new GenesView.Categories(
                  "cell_type",
                  List.of(
                      "B cell",
                      "CD14 monocyte",
                      "CD16 monocyte",
                      "CD4 T cell",
                      "CD8 T cell",
                      "NK cell",
                      "platelet"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FilesView files() {
    var entries = new ArrayList<FilesView.Entry>();
    var names =
        List.of(
            "README.md",
            "_scvi_required_metadata.json",
            "adata.h5ad",
            "expression.onnx",
            "latent_map.json",
            "model.onnx",
            "model.pt",
            "model.safetensors",
            "proof.json",
            "training.json");
    var sizes =
        new long[] {
          4_120, 191, 1_204_551, 2_105_003, 46_200, 1_108_220, 2_140_672, 2_120_400, 611, 9_310
        };
    for (var i = 0; i < names.size(); i++) {
      entries.add(
          new FilesView.Entry(
              names.get(i),
              "/demo/pbmc-scvi/blob/main/" + names.get(i),
              false,
              sizes[i],
              "4818aa0c5d6e1f2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70819" + i + "00",
              sizes[i] > 100_000 ? "sha256" : "git",
              "/demo/pbmc-scvi/resolve/" + SHA + "/" + names.get(i),
              "Publish round 20 of run pbmc-1",
              NOW,
              names.get(i).endsWith(".pt") ? "quarantined" : null));
    }
    return new FilesView(
        head(ModelTab.FILES),
        List.of(),
        entries,
        List.of(new Link("main", "/demo/pbmc-scvi/tree/main", true), new Link("v1.0", "/x", false)),
        8_735_278);
  }

  static BlobView blob() {
    return new BlobView(
        head(ModelTab.FILES),
        List.of(new Link("_scvi_required_metadata.json", "", true)),
        "_scvi_required_metadata.json",
        191,
        List.of(Fact.of("git blob", SHA)),
        "/x",
        """
        {
            "scvi_version": "1.3.3",
            "anndata_version": "0.11.4",
            "model_cls_name": "SCVI",
            "training_data_url": null,
            "model_parent_module": "scvi.model"
        }
        """);
  }

  static HistoryView history() {
    return new HistoryView(
        head(ModelTab.HISTORY),
        List.of(
            new HistoryView.Entry(
                SHA,
                "Publish round 20 of run pbmc-1",
                "Three sites, 100 local epochs.",
                "site-v2",
                NOW,
                "/demo/pbmc-scvi/tree/" + SHA,
                41,
                "/demo/pbmc-scvi/compare/a..b"),
            new HistoryView.Entry(
                "1f78" + SHA.substring(4),
                "Say which donors were left out",
                null,
                "demo",
                NOW.minus(2, ChronoUnit.DAYS),
                "/x",
                1,
                "/x"),
            new HistoryView.Entry(
                "a0c1" + SHA.substring(4),
                "initial commit",
                null,
                "demo",
                NOW.minus(3, ChronoUnit.DAYS),
                "/x",
                0,
                null)),
        new Paging(1, 3, 3, null, null));
  }
}
