package org.syncyte.worker.site;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.h5ad.H5ad;
import org.syncyte.federation.Manifest;
import org.syncyte.minify.MinifiedType;
import org.syncyte.minify.Minifier;
import org.syncyte.models.Catalogue;

/// The site's cells as a minified data set, stripped down to what the policy names.
///
/// Cells are numbered, since barcodes would tie them to other data of the site. Of the cell table
/// only the columns in `obs-columns` are kept; the batch column carries outside names, and the
/// column of the run's labels is kept only with `label-names: SHARE`. Nothing else of the site's
/// files (obsm, uns, raw, further layers) is copied.
final class PosteriorMinified implements Minified {
  private final String site;
  private final Policy policy;
  private final Names names;

  PosteriorMinified(String site, Policy policy, Names names) {
    this.site = site;
    this.policy = policy;
    this.names = names;
  }

  @Override
  public void write(LocalModel model, SiteData data, RunFolder run, Path target) {
    var manifest = run.manifest();
    var latent = model.latents();
    int cells = Math.toIntExact(data.cells());
    var index = new ArrayList<String>(cells);
    for (int i = 0; i < cells; i++) {
      index.add("%s-%07d".formatted(site, i));
    }
    var obs = new DataFrame(index, columns(data, manifest));
    var layers = new LinkedHashMap<String, Matrix>();
    var layer = manifest.spec().layer();
    if (layer != null) {
      layers.put(layer, Csr.empty(cells, manifest.varNames().size()));
    }
    var bare =
        new AnnData(
            Csr.empty(cells, manifest.varNames().size()),
            obs,
            DataFrame.of(manifest.varNames()),
            layers,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            null);
    var prefix = Catalogue.minifiedPrefix(manifest.spec().model());
    H5ad.write(
        Minifier.minify(
            bare,
            prefix,
            latent.mean(),
            latent.variance(),
            latent.librarySize(),
            MinifiedType.LATENT_POSTERIOR_PARAMETERS),
        target);
  }

  private Map<String, Column> columns(SiteData data, Manifest manifest) {
    var columns = new LinkedHashMap<String, Column>();
    var spec = manifest.spec();
    for (var name : policy.obsColumns()) {
      boolean inAll = data.files().stream().allMatch(file -> file.obs().column(name).isPresent());
      boolean isLabels = name.equals(spec.labelsKey());
      if (isLabels && !policy.allows(PolicyKey.LABEL_NAMES)) {
        continue;
      }
      if (inAll) {
        columns.put(name, column(data, name, name.equals(spec.batchKey())));
      } else if (name.equals("site")) {
        columns.put(
            name,
            new Column.Categorical(new int[Math.toIntExact(data.cells())], List.of(site), false));
      }
    }
    return columns;
  }

  private Column column(SiteData data, String name, boolean batches) {
    var texts = new ArrayList<@Nullable String>();
    for (var file : data.files()) {
      var column = file.obs().column(name).orElseThrow();
      for (int cell = 0; cell < column.size(); cell++) {
        var text = column.text(cell);
        texts.add(text != null && batches ? names.outside(text) : text);
      }
    }
    return categorical(texts);
  }

  static Column.Categorical categorical(List<@Nullable String> texts) {
    var sorted = new TreeSet<String>();
    for (var text : texts) {
      if (text != null) {
        sorted.add(text);
      }
    }
    var codeOf = new LinkedHashMap<String, Integer>();
    sorted.forEach(text -> codeOf.put(text, codeOf.size()));
    var codes = new int[texts.size()];
    for (int i = 0; i < codes.length; i++) {
      var text = texts.get(i);
      codes[i] = text == null ? -1 : codeOf.getOrDefault(text, -1);
    }
    return new Column.Categorical(codes, List.copyOf(sorted), false);
  }
}
