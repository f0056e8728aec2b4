package org.syncyte.tests;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.worker.folder.LatentMap;
import org.syncyte.worker.hub.HubClient;
import org.syncyte.worker.hub.Progress;

/// Many made-up cells of eight types around a ring, published with the map that the agent writes.
/// Types lie at equal angles, type 0 alone far out on the first axis.
final class SampleMap {
  static final int TYPES = 8;

  private SampleMap() {}

  /// Publishes the map as a model of its own; returns what the writer had to say.
  static List<String> publish(HubProcess hub, String repo, Path work, int cells)
      throws IOException {
    var notes = new ArrayList<String>();
    var files = new TreeMap<String, Path>();
    files.put(
        "README.md",
        Files.writeString(work.resolve("README.md"), "---\nlicense: mit\n---\n# Ring\n"));
    files.put(
        "latent_map.json",
        Files.write(
            work.resolve("latent_map.json"),
            LatentMap.json(cells(cells), latent(cells), notes::add)));
    var client = new HubClient(URI.create(hub.address()), hub.token());
    client.create(repo, false);
    client.push(repo, "main", Map.copyOf(files), "Publish the map", Progress.SILENT);
    return notes;
  }

  private static int type(int cell) {
    return cell % TYPES;
  }

  private static Dense latent(int cells) {
    var random = new Random(3);
    var values = new float[2 * cells];
    for (int cell = 0; cell < cells; cell++) {
      double angle = 2 * Math.PI * type(cell) / TYPES;
      double far = type(cell) == 0 ? 14 : 8;
      values[2 * cell] = (float) (far * Math.cos(angle) + 0.7 * random.nextGaussian());
      values[2 * cell + 1] = (float) (6 * Math.sin(angle) + 0.7 * random.nextGaussian());
    }
    return new Dense(cells, 2, values);
  }

  private static AnnData cells(int cells) {
    var types = IntStream.range(0, cells).map(SampleMap::type).toArray();
    var depth =
        IntStream.range(0, cells)
            .mapToDouble(cell -> 1000 * (1 + type(cell)) + cell % 97)
            .toArray();
    var clones = IntStream.range(0, cells).map(cell -> cell % 3000).toArray();
    var donors = IntStream.range(0, cells).map(cell -> cell % 5).toArray();
    var obs =
        DataFrame.of(IntStream.range(0, cells).mapToObj(cell -> "cell" + cell).toList())
            .with("cell_type", new Column.Categorical(types, named("type ", TYPES), false))
            .with("depth", new Column.Floats(depth, true))
            .with("clone", new Column.Categorical(clones, named("clone ", 3000), false))
            .with("donor", new Column.Categorical(donors, named("D", 5), false));
    return AnnData.of(Csr.empty(cells, 1), obs, DataFrame.of(List.of("gene")));
  }

  private static List<String> named(String name, int count) {
    return IntStream.range(0, count).mapToObj(i -> name + i).toList();
  }
}
