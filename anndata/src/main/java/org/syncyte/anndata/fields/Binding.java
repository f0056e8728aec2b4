package org.syncyte.anndata.fields;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Backed;
import org.syncyte.anndata.Blocks;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.Matrix;
import org.syncyte.anndata.collection.Genes;
import org.syncyte.anndata.collection.Stacked;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.anndata.loader.Minibatch;

/// Data that fit a registry, read in its genes and codes.
///
/// Values are checked once over the whole matrix when it is in memory or holds at most 50 million
/// values; a larger one on disk is checked minibatch by minibatch as it is read.
public final class Binding implements DataSource {
  private static final long SMALL = 50_000_000;

  private final Registry registry;
  private final Stacked counts;
  private final @Nullable Measured measured;
  private final int[] batch;
  private final int[] labels;
  private final float @Nullable [] sizeFactor;
  private final int @Nullable [] categorical;
  private final float @Nullable [] continuous;
  private final float @Nullable [] proteins;
  private final int @Nullable [] panel;
  private final @Nullable ValueCheck streaming;
  private final boolean onDisk;
  private final int block;
  private final List<String> notes;

  private Binding(
      Registry registry,
      Check check,
      Stacked counts,
      @Nullable Stacked mask,
      Covariates covariates,
      List<String> notes) {
    this.registry = registry;
    this.counts = counts;
    this.batch = covariates.batch;
    this.labels = covariates.labels;
    this.sizeFactor = covariates.sizeFactor;
    this.categorical = covariates.categorical;
    this.continuous = covariates.continuous;
    this.proteins = covariates.proteins;
    this.panel = covariates.panel;
    this.onDisk = counts.onDisk();
    this.block = Blocks.rows(counts, BLOCK);
    var layer = registry.setup().layer();
    var where = layer == null ? "X" : "layer '" + layer + "'";
    var known = mask == null ? null : new Measured(mask, registry, where);
    this.measured = known;
    var values = new ValueCheck(check, where);
    if (known != null) {
      this.streaming = null;
      if (!onDisk || counts.stored() <= SMALL) {
        Blocks.walk(counts, BLOCK, known::applied);
      }
    } else if (check != Check.NONE && (!onDisk || counts.stored() <= SMALL)) {
      whole(values, notes);
      this.streaming = null;
    } else {
      this.streaming = check == Check.NONE ? null : values;
    }
    this.notes = List.copyOf(notes);
  }

  private Binding(Binding other, Scratch counts) {
    this.registry = other.registry;
    this.counts = new Stacked(List.of(new Stacked.Part(counts, null)), counts.columns());
    this.measured = null;
    this.batch = other.batch;
    this.labels = other.labels;
    this.sizeFactor = other.sizeFactor;
    this.categorical = other.categorical;
    this.continuous = other.continuous;
    this.proteins = other.proteins;
    this.panel = other.panel;
    this.streaming = null;
    this.onDisk = false;
    this.block = Blocks.rows(counts, BLOCK);
    this.notes = other.notes;
  }

  /// The same cells, whose counts were read and checked into `counts`.
  Binding with(Scratch counts) {
    return new Binding(this, counts);
  }

  static Binding of(
      Registry registry, Check check, @Nullable String unlabeled, List<AnnData> data) {
    if (data.isEmpty()) {
      throw new IllegalArgumentException("no data set given");
    }
    var parts = new ArrayList<Stacked.Part>();
    var masks = new ArrayList<Stacked.Part>();
    var markers = registry.markers();
    var notes = new ArrayList<String>();
    for (int d = 0; d < data.size(); d++) {
      var one = data.get(d);
      var what = data.size() == 1 ? "var" : "var of data set " + d;
      var map = Genes.map(what, registry.varNames(), one.var().index());
      if (map != null) {
        int found = (int) Arrays.stream(map).filter(column -> column >= 0).count();
        if (found == 0) {
          throw new IllegalArgumentException(
              "%s: no gene in common with the reference; it has '%s', the reference '%s': are these symbols in one and Ensembl ids in the other?"
                  .formatted(
                      what, Genes.example(one.var().index()), Genes.example(registry.varNames())));
        }
        if (markers != null && check != Check.NONE) {
          complete(what, markers, one.var().index());
        }
        if (found < map.length) {
          notes.add(
              (markers == null
                      ? "%s: %d of %d genes of the reference are missing and read as zero%s"
                      : "%s: %d of %d markers of the reference are missing and count as not"
                          + " measured%s")
                  .formatted(
                      what,
                      map.length - found,
                      map.length,
                      found < 0.8 * map.length ? "; expect poor results" : ""));
        }
      }
      parts.add(settled(one.layer(registry.setup().layer()), map));
      if (markers != null && check != Check.NONE) {
        masks.add(settled(Measured.of(one, markers.maskLayer()), map));
      }
    }
    return new Binding(
        registry,
        check,
        new Stacked(parts, registry.varNames().size()),
        masks.isEmpty() ? null : new Stacked(masks, registry.varNames().size()),
        Covariates.of(registry, check, unlabeled, data),
        notes);
  }

  private static void complete(String what, Markers markers, List<String> found) {
    var missing = new ArrayList<>(markers.backbone());
    missing.removeAll(found);
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %s %s missing, which the reference measured in every cell and reads cells by; rename the columns, or map onto a reference with this panel"
              .formatted(what, missing, missing.size() == 1 ? "is" : "are"));
    }
  }

  // In memory, columns are brought in order once rather than for every minibatch.
  private static Stacked.Part settled(Matrix matrix, int @Nullable [] map) {
    return switch (matrix) {
      case Backed backed -> new Stacked.Part(backed, map);
      case Matrix held when map == null -> new Stacked.Part(held.toCsr(), null);
      case Matrix held -> new Stacked.Part(held.toCsr().columns(map), null);
    };
  }

  private void whole(ValueCheck values, List<String> notes) {
    var empty = new int[1];
    Blocks.walk(counts, BLOCK, (rows, cells) -> empty[0] += values.accept(rows, cells));
    values.finish();
    if (empty[0] > 0) {
      notes.add("%d cells have no count in the genes of the reference".formatted(empty[0]));
    }
  }

  public Registry registry() {
    return registry;
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  /// Batch codes of all cells.
  public int[] batch() {
    return batch.clone();
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  @Override
  public int cells() {
    return counts.rows();
  }

  @Override
  public int genes() {
    return counts.columns();
  }

  @Override
  public int block() {
    return block;
  }

  @Override
  public int window() {
    return onDisk ? block : 1;
  }

  @Override
  public Minibatch read(int[] cells) {
    Csr rows = counts.rows(cells);
    if (streaming != null) {
      streaming.accept(rows, cells);
    }
    if (measured != null) {
      rows = measured.applied(rows, cells);
    }
    return new Minibatch(
        cells.clone(),
        rows,
        at(batch, cells),
        at(labels, cells),
        sizeFactor == null ? null : at(sizeFactor, cells, 1),
        categorical == null ? null : at(categorical, cells, registry.categorical().size()),
        continuous == null ? null : at(continuous, cells, registry.continuousKeys().size()),
        proteins == null ? null : at(proteins, cells, proteins.length / cells()),
        panel == null ? null : at(panel, cells),
        null);
  }

  private static int[] at(int[] all, int[] cells) {
    return at(all, cells, 1);
  }

  private static int[] at(int[] all, int[] cells, int wide) {
    var chosen = new int[cells.length * wide];
    for (int i = 0; i < cells.length; i++) {
      System.arraycopy(all, cells[i] * wide, chosen, i * wide, wide);
    }
    return chosen;
  }

  private static float[] at(float[] all, int[] cells, int wide) {
    var chosen = new float[cells.length * wide];
    for (int i = 0; i < cells.length; i++) {
      System.arraycopy(all, cells[i] * wide, chosen, i * wide, wide);
    }
    return chosen;
  }

  /// Everything about the cells but their counts.
  private record Covariates(
      int[] batch,
      int[] labels,
      float @Nullable [] sizeFactor,
      int @Nullable [] categorical,
      float @Nullable [] continuous,
      float @Nullable [] proteins,
      int @Nullable [] panel) {

    static Covariates of(
        Registry registry, Check check, @Nullable String unlabeled, List<AnnData> data) {
      int cells = data.stream().mapToInt(AnnData::cells).sum();
      var setup = registry.setup();
      int c = registry.categorical().size();
      int d = registry.continuousKeys().size();
      var batch = new int[cells];
      var labels = new int[cells];
      var sizeFactor = setup.sizeFactorKey() == null ? null : new float[cells];
      var categorical = c == 0 ? null : new int[cells * c];
      var continuous = d == 0 ? null : new float[cells * d];
      var known = registry.proteins();
      var keys = setup.proteins();
      boolean seen =
          known != null
              && keys != null
              && (check != Check.NONE
                  || data.stream().allMatch(one -> one.obsm().containsKey(keys.obsm())));
      int wide = known == null ? 0 : known.size();
      var proteins = seen ? new float[Math.multiplyExact(cells, wide)] : null;
      var panel = keys == null || keys.panelKey() == null ? null : new int[cells];
      int start = 0;
      for (var one : data) {
        int n = one.cells();
        place(codes("batch", one, setup.batchKey(), registry.batches()), batch, start, 1, 0);
        place(labels(registry, unlabeled, one), labels, start, 1, 0);
        if (sizeFactor != null) {
          var key = Objects.requireNonNull(setup.sizeFactorKey());
          var values = numbers("size factor", one, key);
          for (int i = 0; i < n; i++) {
            if (!(values[i] > 0)) {
              throw new IllegalArgumentException(
                  "size factor: column '%s' is %s for cell %d; size factors are positive"
                      .formatted(key, values[i], i));
            }
          }
          System.arraycopy(values, 0, sizeFactor, start, n);
        }
        if (categorical != null) {
          for (int k = 0; k < c; k++) {
            var covariate = registry.categorical().get(k);
            place(
                codes("covariate", one, covariate.key(), covariate.categories()),
                categorical,
                start,
                c,
                k);
          }
        }
        if (continuous != null) {
          for (int k = 0; k < d; k++) {
            var values = numbers("continuous covariate", one, registry.continuousKeys().get(k));
            for (int i = 0; i < n; i++) {
              continuous[(start + i) * d + k] = values[i];
            }
          }
        }
        if (proteins != null && known != null && keys != null) {
          System.arraycopy(known.values(one, keys), 0, proteins, start * wide, n * wide);
        }
        if (panel != null && known != null) {
          System.arraycopy(known.codes(one, setup, registry.batches()), 0, panel, start, n);
        }
        start += n;
      }
      return new Covariates(batch, labels, sizeFactor, categorical, continuous, proteins, panel);
    }

    private static int[] labels(Registry registry, @Nullable String unlabeled, AnnData data) {
      var key = registry.setup().labelsKey();
      if (key != null && unlabeled != null && data.obs().column(key).isEmpty()) {
        int code = registry.labels().indexOf(unlabeled);
        if (code < 0) {
          throw new IllegalArgumentException(
              "labels: '%s' is not in the reference".formatted(unlabeled));
        }
        var codes = new int[data.cells()];
        Arrays.fill(codes, code);
        return codes;
      }
      if (key != null && registry.setup().unlabeledCategory() != null) {
        var known = new java.util.HashSet<>(registry.labels());
        var column = Categories.column("labels", data, key);
        for (int i = 0; i < column.size(); i++) {
          var text = column.text(i);
          if (text != null && !known.contains(text)) {
            throw new IllegalArgumentException(
                "labels: '%s' of column '%s' is not one that the model has learned, which are %s; rename it, or call those cells '%s'"
                    .formatted(
                        text, key, registry.classes(), registry.setup().unlabeledCategory()));
          }
        }
      }
      return codes("labels", data, key, registry.labels());
    }

    private static int[] codes(
        String role, AnnData data, @Nullable String key, List<String> categories) {
      return key == null
          ? new int[data.cells()]
          : Categories.codes(role, Categories.column(role, data, key), key, categories);
    }

    private static void place(int[] codes, int[] all, int start, int wide, int offset) {
      for (int i = 0; i < codes.length; i++) {
        all[(start + i) * wide + offset] = codes[i];
      }
    }

    private static float[] numbers(String role, AnnData data, String key) {
      var column = Categories.column(role, data, key);
      var numbers = new float[column.size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] =
            switch (column) {
              case Column.Floats floats -> (float) floats.values()[i];
              case Column.Ints ints -> ints.text(i) == null ? Float.NaN : ints.values()[i];
              case Column.Bools bools -> bools.values()[i] ? 1 : 0;
              case Column.Strings _, Column.Categorical _ ->
                  throw new IllegalArgumentException(
                      "%s: column '%s' holds text, not numbers".formatted(role, key));
            };
        if (!Float.isFinite(numbers[i])) {
          throw new IllegalArgumentException(
              "%s: column '%s' is %s for cell %d; fill it in or leave the cell out"
                  .formatted(role, key, numbers[i], i));
        }
      }
      return numbers;
    }
  }
}
