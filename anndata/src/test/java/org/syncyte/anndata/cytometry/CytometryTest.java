package org.syncyte.anndata.cytometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.fields.Markers;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;

class CytometryTest {
  private static final Setup SETUP = new Setup(null, "batch", null, null);

  private static AnnData data(List<String> markers, float... values) {
    int cells = values.length / markers.size();
    var names = java.util.stream.IntStream.range(0, cells).mapToObj(i -> "c" + i).toList();
    return AnnData.of(
        new Dense(cells, markers.size(), values), DataFrame.of(names), DataFrame.of(markers));
  }

  @Test
  void arcsinhLeavesScatterAloneAndTakesCofactorsByMarker() {
    var raw = data(List.of("FSC-A", "CD3", "CD4"), 100, 5, -5, 200, 1e6f, 0);
    var plain = new Arcsinh(5, Map.of("CD4", 10.0), false).apply(raw, null, "t").layer("t");
    var values = plain.toDense().values();
    assertThat(values[0]).isEqualTo(100);
    assertThat((double) values[1]).isCloseTo(0.881373587, within(1e-6));
    assertThat((double) values[2]).isCloseTo(-0.481211825, within(1e-6));
    assertThat((double) values[4]).isCloseTo(12.8992198, within(1e-5));
    var all = new Arcsinh(5, Map.of(), true).apply(raw, null, "t").layer("t").toDense();
    assertThat((double) all.values()[0]).isCloseTo(3.68950386, within(1e-6));
    assertThatThrownBy(() -> new Arcsinh(5, Map.of("CD8", 1.0), false).apply(raw, null, "t"))
        .hasMessageContaining("CD8");
    assertThatThrownBy(() -> Arcsinh.DEFAULT.apply(raw, "raw", "t")).hasMessageContaining("raw");
  }

  @Test
  void scalesWithinBatchesAndKeepsOffTheEnds() {
    var raw =
        data(List.of("CD3", "CD4"), 0, 7, 10, 7, 100, 7, 300, 7)
            .withObs(
                DataFrame.of(List.of("a", "b", "c", "d"))
                    .with(
                        "batch",
                        new Column.Categorical(new int[] {0, 0, 1, 1}, List.of("x", "y"), false)));
    var scaled = Scaling.MINMAX.apply(raw, null, "scaled", "batch").layer("scaled").toDense();
    assertThat(scaled.values())
        .containsExactly(1e-6f, 1e-6f, 0.999999f, 1e-6f, 1e-6f, 1e-6f, 0.999999f, 1e-6f);
    var standard = Scaling.STANDARD.apply(raw, null, "s", "batch").layer("s").toDense();
    assertThat(standard.values()).containsExactly(-1, 0, 1, 0, -1, 0, 1, 0);
  }

  @Test
  void mergedPanelsKnowWhatEachMeasured() {
    var first = data(List.of("CD3", "CD4", "CD8"), 1, 2, 3, 4, 5, 6);
    var second = data(List.of("CD3", "CD19"), 7, 8);
    var merged = Panels.merge(List.of(first, second), "batch", null);
    assertThat(merged.var().index()).containsExactly("CD19", "CD3", "CD4", "CD8");
    assertThat(merged.obs().index()).containsExactly("c0", "c1", "c0-1");
    assertThat(merged.layer(null).toDense().values())
        .containsExactly(0, 1, 2, 3, 0, 4, 5, 6, 8, 7, 0, 0);
    assertThat(merged.layer(Markers.MASK).toDense().values())
        .containsExactly(0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0);
    assertThat(Panels.backbone(merged)).containsExactly("CD3");

    var registry = Registry.of(merged, SETUP).withMarkers(merged, null, null);
    assertThat(registry.markers())
        .isEqualTo(new Markers(Markers.MASK, null, List.of("0"), List.of("CD3")));
    var read = registry.bind(merged).read(new int[] {2, 0});
    assertThat(read.batch()).containsExactly(1, 0);
    assertThat(read.counts().toDense().values())
        .containsExactly(8, 7, Float.NaN, Float.NaN, Float.NaN, 1, 2, 3);
  }

  @Test
  void aQueryMayLackMarkersOutsideTheBackbone() {
    var merged =
        Panels.merge(
            List.of(data(List.of("CD3", "CD4"), 1, 2), data(List.of("CD3"), 3)), "batch", null);
    var registry = Registry.of(merged, Setup.DEFAULT).withMarkers(merged, null, null);
    var query = registry.bind(data(List.of("CD3", "CD56"), 5, 6));
    assertThat(query.read(new int[] {0}).counts().toDense().values()).containsExactly(5, Float.NaN);
    assertThat(query.notes()).singleElement().asString().contains("count as not measured");
    assertThatThrownBy(() -> registry.bind(data(List.of("CD4", "CD56"), 5, 6)))
        .hasMessageContaining("[CD3] is missing");
  }

  @Test
  void refusesValuesThatWereNeverMeasured() {
    var nan = data(List.of("CD3", "CD4"), 1, Float.NaN, 2, 3);
    var registry = Registry.of(nan, Setup.DEFAULT).withMarkers(nan, null, null);
    assertThatThrownBy(() -> registry.bind(nan)).hasMessageContaining("marker 'CD4'");
    assertThatThrownBy(() -> Panels.merge(List.of(nan), "batch", null))
        .hasMessageContaining("'CD4' is NaN in cell 0");

    var known = Panels.withMask(nan, null);
    var masked = Registry.of(known, Setup.DEFAULT).withMarkers(known, null, null);
    assertThat(masked.bind(known).read(new int[] {0}).counts().toDense().values())
        .containsExactly(1, Float.NaN);

    var never = data(List.of("CD3", "CD4"), 1, Float.NaN, 2, Float.NaN);
    assertThatThrownBy(() ->
            Registry.of(never, Setup.DEFAULT).withMarkers(Panels.withMask(never, null), null, null))
        .hasMessageContaining("'CD4' was measured in no cell");
    var apart = Panels.withMask(data(List.of("CD3", "CD4"), 1, Float.NaN, Float.NaN, 3), null);
    assertThatThrownBy(() -> Registry.of(apart, Setup.DEFAULT).withMarkers(apart, null, null))
        .hasMessageContaining("none was measured in every cell");
    var one = data(List.of("CD3"), 1);
    assertThatThrownBy(() -> Registry.of(one, Setup.DEFAULT).withMarkers(one, null, null))
        .hasMessageContaining("only 'CD3'");
  }

  @Test
  void maskingHidesMarkersOfOneBatch() {
    var both =
        Panels.merge(
            List.of(data(List.of("CD3", "CD4"), 1, 2), data(List.of("CD3", "CD4"), 3, 4)),
            "batch",
            null);
    assertThat(both.layers()).isEmpty();
    var masked = Panels.masked(both, List.of("CD4"), "batch", "1", null);
    assertThat(masked.layer(Markers.MASK).toDense().values()).containsExactly(1, 1, 1, 0);
    assertThat(masked.layer(null).toDense().values()).containsExactly(1, 2, 3, 0);
    assertThatThrownBy(() -> Panels.masked(both, List.of("CD4"), "batch", "7", null))
        .hasMessageContaining("'7'");
  }
}
