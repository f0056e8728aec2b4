package org.syncyte.anndata.h5ad;

import io.jhdf.api.Group;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.Matrix;

/// MuData files in HDF5: several measurements of the same cells, of which two are read here.
///
///     /mod/rna    an AnnData tree: counts of genes            X of the result
///     /mod/prot   an AnnData tree: counts of surface proteins  a table of its obsm
///     /obs        columns of all cells, beside those of the genes' tree
///
/// Cells stand in the order of the genes' tree and are found in the others by their names; both trees
/// must hold the same cells, as models of genes and proteins want them.
public final class H5mu {
  private static final byte[] MAGIC = "MuData".getBytes(StandardCharsets.US_ASCII);

  /// Names of the two modalities in a file.
  public record Modalities(String rna, String protein) {
    public static final Modalities DEFAULT = new Modalities("rna", "prot");
  }

  private H5mu() {}

  /// Whether a file is one of MuData: by its first bytes, or its name.
  public static boolean is(Path path) {
    if (path.toString().endsWith(".h5mu")) {
      return true;
    }
    try (var in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    } catch (IOException _) {
      return false;
    }
  }

  /// Opens the file as `H5ad.open` would open one of its genes with the proteins in `obsm`.
  ///
  /// @param proteins the name in `obsm` that the proteins get, or null to leave them out
  /// @throws H5adException if it is no readable file, lacks a modality, or their cells differ
  public static AnnData open(Path path, Modalities modalities, @Nullable String proteins) {
    var reader = new H5adReader(path, H5ad.Options.DEFAULT);
    return reader.read(true, file -> joined(reader, file, modalities, proteins));
  }

  private static AnnData joined(
      H5adReader reader, H5File file, Modalities modalities, @Nullable String proteins) {
    var type = file.text(file.root(), "encoding-type");
    if (type != null && !type.equalsIgnoreCase("MuData")) {
      throw file.problem("/", "is of type '%s', not 'MuData'".formatted(type));
    }
    var rna = modality(reader, file, modalities.rna(), "--rna-modality");
    var shared = H5File.child(file.root(), "obs");
    var data =
        shared == null ? rna : rna.withObs(with(file, rna.obs(), new Frames(file).read(shared)));
    if (proteins == null) {
      return data;
    }
    var prot = modality(reader, file, modalities.protein(), "--protein-modality");
    var order = order(file, "/mod/" + modalities.protein(), prot.obs().index(), rna.obs().index());
    if (prot.cells() != rna.cells()) {
      throw file.problem(
          "/mod/" + modalities.protein(),
          "has %d cells, modality '%s' has %d; keep the cells that have both"
              .formatted(prot.cells(), modalities.rna(), rna.cells()));
    }
    var counts = prot.layer(null).toDense();
    return data.withObsm(proteins, ordered(counts, order, prot.var().index()));
  }

  private static AnnData modality(H5adReader reader, H5File file, String name, String option) {
    if (!(H5File.child(file.root(), "mod") instanceof Group all)) {
      throw file.problem("/", "has no group 'mod' of modalities; it is no MuData file");
    }
    if (!(H5File.child(all, name) instanceof Group one)) {
      throw file.problem(
          "/mod",
          "has no modality '%s'; it has %s, name one of them with %s"
              .formatted(name, all.getChildren().keySet(), option));
    }
    return reader.tree(file, one, true);
  }

  private static Matrix ordered(Dense counts, int[] order, List<String> names) {
    int wide = counts.columns();
    var values = new float[counts.values().length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(counts.values(), order[i] * wide, values, i * wide, wide);
    }
    return new Dense(order.length, wide, values, names);
  }

  /// Columns of all cells that the genes' tree does not have itself.
  private static DataFrame with(H5File file, DataFrame own, DataFrame shared) {
    var order = order(file, "/obs", shared.index(), own.index());
    var columns = new LinkedHashMap<String, Column>(own.columns());
    shared.at(order).columns().forEach(columns::putIfAbsent);
    return new DataFrame(own.index(), columns);
  }

  /// For each wanted cell its position.
  private static int[] order(H5File file, String where, List<String> names, List<String> wanted) {
    var positions = new HashMap<String, Integer>(names.size() * 2);
    for (int i = 0; i < names.size(); i++) {
      if (positions.put(names.get(i), i) != null) {
        throw file.problem(
            where,
            "cell name '%s' occurs twice, so cells cannot be told apart; make them unique (obs_names_make_unique)"
                .formatted(names.get(i)));
      }
    }
    var order = new int[wanted.size()];
    for (int i = 0; i < order.length; i++) {
      Integer at = positions.get(wanted.get(i));
      if (at == null) {
        throw file.problem(
            where,
            "has no cell '%s' of the genes' modality; keep the cells that have both (mu.pp.intersect_obs)"
                .formatted(wanted.get(i)));
      }
      order[i] = at;
    }
    return order;
  }
}
