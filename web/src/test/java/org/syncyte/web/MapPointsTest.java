package org.syncyte.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MapPointsTest {
  private static final int CELLS = 3_000;

  @Test
  void allBuffersNameTheSameCellAtTheSamePosition() {
    var map = map();
    var places = Buffer.of(MapPoints.places(map));
    var types = Buffer.of(MapPoints.column(map, "type"));
    var depths = Buffer.of(MapPoints.column(map, "depth"));
    assertThat(places.header()).contains("\"cells\":3000", "\"columns\":[\"type\",\"depth\"]");
    assertThat(types.header()).contains("\"categories\":[\"B \\\"cell\\\"\",\"T\"]", "\"bytes\":1");
    var seen = new HashMap<Integer, Integer>();
    for (var at = 0; at < CELLS; at++) {
      int x = places.data().getShort(4 * at) & 0xffff;
      int type = types.data().get(at) & 0xff;
      int depth = depths.data().getShort(2 * at) & 0xffff;
      // Cell i lies at x = i, is of type i % 3 (2 is not known), and has depth -i.
      int cell = Math.round(x * (CELLS - 1f) / 65534);
      assertThat(type).isEqualTo(cell % 3 == 2 ? 255 : cell % 3);
      assertThat(Math.round((65534 - depth) * (CELLS - 1f) / 65534)).isEqualTo(cell);
      seen.merge(cell, 1, Integer::sum);
    }
    assertThat(seen).hasSize(CELLS);
  }

  @Test
  void theFirstCellsAreASampleOfAll() {
    var places = Buffer.of(MapPoints.places(map()));
    var mean = IntStream.range(0, 600).map(at -> places.data().getShort(4 * at) & 0xffff).average();
    assertThat(mean.orElseThrow()).isBetween(29_000.0, 36_500.0);
  }

  @Test
  void cellsWithoutAPlaceAndNumbersThatAreNotKnownStayUnknown() {
    var map =
        new LatentMap(
            new float[] {Float.NaN, Float.NaN},
            new float[] {1, 2},
            Map.of(),
            Map.of("n", new float[] {Float.NaN, Float.POSITIVE_INFINITY}));
    var places = Buffer.of(MapPoints.places(map));
    assertThat(places.data().getInt(0)).isEqualTo(-1);
    assertThat(places.data().getInt(4)).isEqualTo(-1);
    assertThat(Buffer.of(MapPoints.column(map, "n")).data().getInt(0)).isEqualTo(-1);
  }

  @Test
  void manyCategoriesTakeTwoBytes() {
    var codes = IntStream.range(0, 300).toArray();
    var names = IntStream.range(0, 300).mapToObj(i -> "cluster " + i).toList();
    var map =
        new LatentMap(
            new float[300], new float[300], Map.of("c", new LatentMap.Coding(codes, names)));
    var column = Buffer.of(MapPoints.column(map, "c"));
    var found = new ArrayList<Integer>();
    for (var at = 0; at < 300; at++) {
      found.add((int) column.data().getShort(2 * at));
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 300).boxed().toList());
  }

  @Test
  void rangesLeaveExtremesOutsideAndCountEveryCell() {
    var random = new Random(3);
    var values = new float[10_000];
    for (var i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    values[0] = 1e6f;
    var ranges = LatentMap.Ranges.of(values);
    assertThat(ranges.high()).isBetween(2f, 3f);
    assertThat(ranges.low()).isBetween(-3f, -2f);
    var coding = new LatentMap(values, values, Map.of(), Map.of("v", values)).coding("v");
    assertThat(coding.counts()).hasSize(8).doesNotContain(0L);
    assertThat(java.util.Arrays.stream(coding.counts()).sum()).isEqualTo(values.length);
    assertThat(coding.categories().getFirst()).startsWith("below -");
  }

  private static LatentMap map() {
    var x = new float[CELLS];
    var y = new float[CELLS];
    var codes = new int[CELLS];
    var depth = new float[CELLS];
    for (var i = 0; i < CELLS; i++) {
      x[i] = i;
      y[i] = i % 7;
      codes[i] = i % 3 == 2 ? -1 : i % 3;
      depth[i] = -i;
    }
    return new LatentMap(
        x,
        y,
        Map.of("type", new LatentMap.Coding(codes, List.of("B \"cell\"", "T"))),
        Map.of("depth", depth));
  }

  private record Buffer(String header, ByteBuffer data) {
    static Buffer of(byte[] bytes) {
      var all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(new String(bytes, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("SYMP");
      int length = all.getInt(4);
      assertThat(length % 4).isZero();
      return new Buffer(
          new String(bytes, 8, length, StandardCharsets.UTF_8),
          all.slice(8 + length, bytes.length - 8 - length).order(ByteOrder.LITTLE_ENDIAN));
    }
  }
}
