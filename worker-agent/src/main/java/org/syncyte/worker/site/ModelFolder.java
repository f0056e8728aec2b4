package org.syncyte.worker.site;

import org.syncyte.worker.folder.Durable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.cards.CardDetails;
import org.syncyte.cards.CardWriter;
import org.syncyte.cards.HubMetadata;
import org.syncyte.cards.checkpoint.Safetensors;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.federation.Manifest;
import org.syncyte.federation.RunSpec;
import org.syncyte.minify.MinifiedType;
import org.syncyte.minify.Minifier;
import org.syncyte.models.Fit;
import org.syncyte.onnx.export.Exporter;
import org.syncyte.onnx.export.Proof;

/// The folder of a finished model, as it goes to the hub.
///
///     model.pt  model.safetensors  model.onnx  expression.onnx      the model, four times
///     adata.h5ad  latent_map.json                                  its cells, without counts
///     README.md  _scvi_required_metadata.json                      what it is
///     proof.json  training.json                                    how it was checked and trained
///
/// Columns of batches that no site ever sent (they equal the initial weights bit for bit) are set to
/// zero, and the card lists them as private. The stored model says that its data are minified, as
/// scvi-tools wants it. Equal inputs give equal files.
final class ModelFolder {
  private static final String ANNDATA = "0.11.4";

  private ModelFolder() {}

  /// @return file name to file, in the order in which they are shown
  static Map<String, Path> write(Publisher.Job job) {
    var folder = job.folder();
    var manifest = job.manifest();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
    var siteOnly = siteOnly(job);
    var weights =
        Columns.without(job.layout(), job.model(), block -> siteOnly.contains(block.weightKey()));
    var files = new TreeMap<String, Path>();
    var registry = FitModel.registry(manifest);
    try (var fit =
        Fit.start(
            manifest.spec().model(), manifest.spec().config(), registry, manifest.spec().seed())) {
      fit.load(weights);
      var cells = cells(job, folder, files);
      var saved = minified(fit.saved(), manifest, cells, fit.model().latent());
      put(files, folder, "model.pt", TorchArchive.encode(saved));
      put(files, folder, "model.safetensors", Safetensors.encode(weights));
      put(files, folder, "model.onnx", Exporter.latent(fit));
      put(files, folder, "expression.onnx", Exporter.expression(fit));
      put(files, folder, "training.json", Durable.read(job.history()));
      var details = details(job, siteOnly, cells != null, saved);
      put(files, folder, "README.md", text(CardWriter.write(saved, details).text()));
      var version = String.valueOf(map(saved.attributes().get("registry_")).get("scvi_version"));
      put(
          files,
          folder,
          HubMetadata.FILE,
          text(HubMetadata.of(manifest.spec().model(), version, ANNDATA, null).json()));
      if (cells != null) {
        put(files, folder, "proof.json", text(Proof.of(folder).json()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read back " + folder, e);
    }
    return files;
  }

  private static @Nullable AnnData cells(Publisher.Job job, Path folder, Map<String, Path> files) {
    if (job.parts().isEmpty()) {
      return null;
    }
    var parts = new LinkedHashMap<String, AnnData>();
    job.parts().forEach((site, file) -> parts.put(site, H5ad.read(file)));
    var prefix = job.manifest().spec().model().toLowerCase(Locale.ROOT);
    var pooled = Minifier.withOldNames(Pooled.of(parts, job.manifest().varNames()), prefix);
    var target = folder.resolve("adata.h5ad");
    Durable.write(target, temporary -> H5ad.write(pooled, temporary));
    files.put("adata.h5ad", target);
    var mean = Minifier.latent(pooled, prefix).mean().toDense();
    put(files, folder, "latent_map.json", LatentMap.json(pooled, mean));
    return pooled;
  }

  /// Weight keys of blocks that no update ever moved.
  private static TreeSet<String> siteOnly(Publisher.Job job) {
    var keys = new TreeSet<String>();
    for (var entry : job.layout().tensors()) {
      for (var block : entry.blocks()) {
        keys.add(block.weightKey());
      }
    }
    keys.removeIf(key -> !Columns.same(job.layout(), job.initial(), job.model(), key));
    return keys;
  }

  private static SavedModel minified(
      SavedModel saved, Manifest manifest, @Nullable AnnData cells, int latent) {
    if (cells == null) {
      return saved;
    }
    var prefix = manifest.spec().model().toLowerCase(Locale.ROOT);
    var registry = new LinkedHashMap<String, @Nullable Object>();
    map(saved.attributes().get("registry_")).forEach((k, v) -> registry.put((String) k, v));
    var fields = new LinkedHashMap<String, @Nullable Object>();
    map(registry.get("field_registries")).forEach((k, v) -> fields.put((String) k, v));
    long count = cells.cells();
    long genes = cells.genes();
    var old = map(map(fields.get("X")).get("data_registry"));
    fields.put(
        "X",
        field(
            old,
            Map.of("n_obs", count, "n_vars", genes, "column_names", manifest.varNames()),
            Map.of("n_vars", genes, "n_cells", count)));
    List<@Nullable Object> names = new ArrayList<>(LongStream.range(0, latent).boxed().toList());
    for (var what : List.of("latent_qzm", "latent_qzv")) {
      fields.put(
          what,
          field(
              place("obsm", prefix + "_" + what),
              Map.of("column_names", names),
              Map.of("n_" + what, (long) latent)));
    }
    fields.put("observed_lib_size", field(place("obs", "observed_lib_size"), Map.of(), Map.of()));
    fields.put("minify_type", field(place("uns", "_scvi_adata_minify_type"), Map.of(), Map.of()));
    registry.put("field_registries", fields);
    var attributes = new LinkedHashMap<String, @Nullable Object>(saved.attributes());
    attributes.put("registry_", registry);
    return new SavedModel(saved.state(), saved.varNames(), attributes);
  }

  private static Map<String, Object> place(String attribute, String key) {
    var place = new LinkedHashMap<String, Object>();
    place.put("attr_name", attribute);
    place.put("attr_key", key);
    return place;
  }

  private static Map<String, @Nullable Object> field(
      Map<?, ?> data, Map<String, ?> state, Map<String, ?> statistics) {
    var field = new LinkedHashMap<String, @Nullable Object>();
    field.put("data_registry", data);
    field.put("state_registry", new TreeMap<>(state));
    field.put("summary_stats", new TreeMap<>(statistics));
    return field;
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static CardDetails details(
      Publisher.Job job, TreeSet<String> siteOnly, boolean minified, SavedModel saved) {
    var manifest = job.manifest();
    var spec = manifest.spec();
    var publish = spec.publish();
    Map<String, String> more = publish == null ? Map.of() : publish.more();
    return new CardDetails(
        publish == null ? "other" : publish.license(),
        ANNDATA,
        list(more.getOrDefault("modality", "rna")),
        list(more.getOrDefault("tissue", "")),
        list(more.getOrDefault("organism", "")),
        spec.labelsKey() != null && !manifest.labels().isEmpty(),
        more.getOrDefault("description", description(spec, manifest, saved)),
        minified ? MinifiedType.LATENT_POSTERIOR_PARAMETERS.key() : null,
        Map.of(),
        more.get("training_data_url"),
        more.get("training_code_url"),
        more.getOrDefault("genome", ""),
        more.getOrDefault("gene_ids", ""),
        more.getOrDefault("references", ""),
        new CardDetails.Federation(
            spec.run(),
            manifest.sites(),
            spec.rounds(),
            "weighted mean of updates, block by block",
            false,
            null,
            null,
            siteOnly));
  }

  private static String description(RunSpec spec, Manifest manifest, SavedModel saved) {
    return "%s over %d genes, trained in %d rounds of %d local epochs at %d sites, none of which saw"
            .formatted(
                spec.model(),
                saved.varNames().size(),
                spec.rounds(),
                spec.epochsPerRound(),
                manifest.sites().size())
        + " the cells of another.";
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void put(Map<String, Path> files, Path folder, String name, byte[] bytes) {
    var file = folder.resolve(name);
    Durable.write(file, bytes);
    files.put(name, file);
  }
}
