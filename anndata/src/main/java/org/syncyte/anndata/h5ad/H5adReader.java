package org.syncyte.anndata.h5ad;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Matrix;

/// Maps the tree of a file to `AnnData`.
final class H5adReader {
  private final Path path;
  private final H5ad.Options options;

  H5adReader(Path path, H5ad.Options options) {
    this.path = path;
    this.options = options;
  }

  AnnData read(boolean backed) {
    return read(backed, file -> tree(file, file.root(), backed));
  }

  /// @param content what is made of the open file
  AnnData read(boolean backed, Function<H5File, AnnData> content) {
    var pool =
        options.threads() == ChunkPool.SHARED.threads
            ? ChunkPool.SHARED
            : new ChunkPool(options.threads());
    var cache =
        options.equals(H5ad.Options.DEFAULT)
            ? ChunkCache.SHARED
            : new ChunkCache(options.cacheBytes());
    var file = H5File.open(path, pool, cache);
    boolean kept = false;
    try {
      var data = content.apply(file);
      file.heap.clear();
      kept = backed && data.backed().findAny().isPresent();
      return data;
    } catch (H5adException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new H5adException(path.getFileName() + ": " + e.getMessage(), e);
    } catch (RuntimeException | StackOverflowError | InternalError e) {
      throw new H5adException(
          path.getFileName()
              + " is damaged or cut short: its structure cannot be followed; copy it again",
          e);
    } finally {
      if (!kept) {
        file.close();
      }
    }
  }

  /// The tree below a group of the file.
  AnnData tree(H5File file, Group root, boolean backed) {
    var encoding = file.text(root, "encoding-type");
    if (encoding != null && !encoding.equals("anndata")) {
      throw file.problem(root.getPath(), "is of type '%s', not 'anndata'".formatted(encoding));
    }
    var obs = H5File.child(root, "obs");
    var var = H5File.child(root, "var");
    if (obs == null || var == null) {
      throw new H5adException(
          path.getFileName()
              + " is an HDF5 file but not an .h5ad: it has no '%s'"
                  .formatted(obs == null ? "obs" : "var"));
    }
    var frames = new Frames(file);
    var matrices = new Matrices(file, frames);
    var elements = new Elements(file, frames, matrices);
    Function<Node, Matrix> matrix = backed ? matrices::backed : matrices::read;
    var x = H5File.child(root, "X");
    return new AnnData(
        x == null || x instanceof Dataset dataset && H5Array.isNull(dataset)
            ? null
            : matrix.apply(x),
        frames.read(obs),
        frames.read(var),
        matrices(file, root, "layers", matrix),
        matrices(file, root, "obsm", matrix),
        matrices(file, root, "varm", matrices::read),
        matrices(file, root, "obsp", matrix),
        H5File.child(root, "uns") instanceof Group uns ? elements.mapping(uns, 0) : Map.of(),
        raw(file, root, frames, matrix));
  }

  private static Map<String, Matrix> matrices(
      H5File file, Group root, String name, Function<Node, Matrix> read) {
    if (!(H5File.child(root, name) instanceof Group group)) {
      return Map.of();
    }
    var known = new LinkedHashMap<String, Matrix>();
    for (var child : group.getChildren().entrySet()) {
      if (readable(file, child.getValue())) {
        known.put(child.getKey(), read.apply(child.getValue()));
      }
    }
    return known;
  }

  // A table with text or an awkward array has no place among matrices; the rest of the file has.
  private static boolean readable(H5File file, Node node) {
    return switch (node) {
      case Dataset dataset -> {
        var array = dataset.isCompound() ? null : file.array(dataset);
        yield array != null && !array.type.text() && (array.rank() == 1 || array.rank() == 2);
      }
      case Group group -> {
        var encoding = file.text(group, "encoding-type");
        yield group.getAttributes().containsKey("h5sparse_format")
            || Matrices.sparse(encoding)
            || "dataframe".equals(encoding) && new Frames(file).numeric(group);
      }
      default -> false;
    };
  }

  private static AnnData.@Nullable Raw raw(
      H5File file, Group root, Frames frames, Function<Node, Matrix> matrix) {
    if (!(H5File.child(root, "raw") instanceof Group raw)) {
      return null;
    }
    var x = H5File.child(raw, "X");
    var var = H5File.child(raw, "var");
    if (x == null || var == null) {
      throw file.problem(raw.getPath(), "has no X or no var");
    }
    return new AnnData.Raw(matrix.apply(x), frames.read(var), matrices(file, raw, "varm", matrix));
  }
}
