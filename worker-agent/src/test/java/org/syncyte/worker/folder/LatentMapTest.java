package org.syncyte.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.Csr;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.cards.privacy.MapRules;

class LatentMapTest {
  private final List<String> notes = new ArrayList<>();

  @Test
  void writesColumnsOfEveryKind() throws IOException {
    int cells = 60;
    var types = IntStream.range(0, cells).map(i -> i % 3 - 1).toArray();
    var depth = IntStream.range(0, cells).mapToDouble(i -> i == 7 ? Double.NaN : 1234.5678 * i);
    var counts = IntStream.range(0, cells).asLongStream().toArray();
    var missing = new boolean[cells];
    missing[3] = true;
    var sites = new String[cells];
    Arrays.setAll(sites, i -> i % 2 == 0 ? "north" : "south");
    var doublet = new boolean[cells];
    doublet[5] = true;
    var obs =
        names(cells)
            .with("cell_type", new Column.Categorical(types, List.of("B cell", "T cell"), false))
            .with("site", new Column.Strings(sites))
            .with("doublet", new Column.Bools(doublet, null))
            .with("depth", new Column.Floats(depth.toArray(), true))
            .with("n_genes", new Column.Ints(counts, missing));
    var map = map(obs, cells);
    assertThat(names(map.get("obs"))).containsExactly("cell_type", "site", "doublet");
    assertThat(names(map.get("numbers"))).containsExactly("depth", "n_genes");
    assertThat(map.at("/obs/cell_type/codes/0").asInt()).isEqualTo(-1);
    assertThat(map.at("/obs/site/categories").toString()).isEqualTo("[\"north\",\"south\"]");
    assertThat(map.at("/obs/site/codes/1").asInt()).isEqualTo(1);
    assertThat(map.at("/obs/doublet/codes/5").asInt()).isEqualTo(1);
    assertThat(map.at("/numbers/depth/1").asDouble()).isEqualTo(1234.6);
    assertThat(map.at("/numbers/depth/7").isNull()).isTrue();
    assertThat(map.at("/numbers/n_genes/3").isNull()).isTrue();
    assertThat(map.at("/numbers/n_genes/59").asInt()).isEqualTo(59);
    assertThat(map.get("x")).hasSize(cells);
    assertThat(map.get("of").asInt()).isEqualTo(cells);
    assertThat(notes).isEmpty();
  }

  @Test
  void leavesOutWhatNoReaderShows() throws IOException {
    int cells = 5_000;
    var wide = IntStream.range(0, cells).map(i -> i / 2).toArray();
    var clones = IntStream.range(0, cells / 2).mapToObj(i -> "clone " + i).toList();
    var barcodes = new String[cells];
    Arrays.setAll(barcodes, i -> "AAAC" + i);
    var donors = new String[cells];
    Arrays.setAll(donors, i -> "D" + i % 4);
    var obs =
        names(cells)
            .with("clone", new Column.Categorical(wide, clones, false))
            .with("barcode", new Column.Strings(barcodes))
            .with("donor_id", new Column.Strings(donors))
            .with("donor_age", new Column.Floats(new double[cells], false))
            .with("_scvi_batch", new Column.Categorical(new int[cells], List.of("0"), false))
            .with(
                "many_unused",
                new Column.Categorical(
                    IntStream.range(0, cells).map(i -> i % 2 * 2400).toArray(), clones, false));
    for (int i = 0; i < 22; i++) {
      obs = obs.with("score_" + i, new Column.Floats(new double[cells], false));
    }
    var map = map(obs, cells);
    assertThat(names(map.get("obs"))).containsExactly("many_unused");
    assertThat(map.at("/obs/many_unused/categories").toString())
        .isEqualTo("[\"clone 0\",\"clone 2400\"]");
    assertThat(names(map.get("numbers"))).hasSize(MapRules.MAX_COLUMNS).doesNotContain("donor_age");
    assertThat(notes)
        .containsExactly(
            "obs column 'clone' is not on the map: it has more than 2,000 categories",
            "obs column 'barcode' is not on the map: it has more than 2,000 categories",
            "obs column 'score_20' is not on the map, which holds 20 of its kind",
            "obs column 'score_21' is not on the map, which holds 20 of its kind");
  }

  @Test
  void aboveAMillionCellsTheSameSampleIsDrawn() throws IOException {
    int cells = MapRules.MAX_CELLS + 250_000;
    var position = new long[cells];
    Arrays.setAll(position, i -> i);
    var obs = names(cells).with("position", new Column.Ints(position, null));
    var map = map(obs, cells);
    assertThat(map.get("x")).hasSize(MapRules.MAX_CELLS);
    assertThat(map.get("of").asInt()).isEqualTo(cells);
    assertThat(map.at("/numbers/position")).hasSize(MapRules.MAX_CELLS);
    assertThat(map.at("/numbers/position/999999").asDouble()).isGreaterThan(1_249_000);
    assertThat(map.at("/numbers/position/500000").asDouble()).isBetween(622_000.0, 628_000.0);
    assertThat(notes)
        .containsExactly("the map shows 1,000,000 of 1,250,000 cells, drawn at random");
  }

  private JsonNode map(DataFrame obs, int cells) throws IOException {
    var random = new Random(1);
    var latent = new float[2 * cells];
    for (int i = 0; i < latent.length; i++) {
      latent[i] = (float) random.nextGaussian();
    }
    var data = AnnData.of(Csr.empty(cells, 1), obs, DataFrame.of(List.of("gene")));
    var json = LatentMap.json(data, new Dense(cells, 2, latent), notes::add);
    assertThat(json.length).isLessThanOrEqualTo(MapRules.MAX_BYTES);
    return new ObjectMapper().readTree(json);
  }

  private static DataFrame names(int cells) {
    return DataFrame.of(IntStream.range(0, cells).mapToObj(i -> "c" + i).toList());
  }

  private static List<String> names(JsonNode columns) {
    var names = new ArrayList<String>();
    columns.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
