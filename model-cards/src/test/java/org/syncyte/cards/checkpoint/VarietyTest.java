package org.syncyte.cards.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One value of every kind, as torch and numpy 2 write it in pickle protocols 2 and 5.
final class VarietyTest {
  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void readsEveryTensorType(int protocol) {
    var state = read(protocol).state();
    assertThat(state.floats("strided").shape()).containsExactly(6, 4);
    assertThat(state.floats("strided").values()).startsWith(0, 6, 12, 18, 1).endsWith(17, 23);
    assertThat(state.floats("offset").values()).containsExactly(5, 6, 7, 8);
    assertThat(state.floats("shared").values()).containsExactly(2, 5, 8, 11);
    assertThat(state.floats("half").values()).containsExactly(1.5f, -2);
    assertThat(state.floats("brain").values()).containsExactly(1.5f, -2);
    assertThat(state.floats("double").values()).containsExactly(0.1f);
    assertThat(state.floats("param").values()).containsExactly(1, 1, 1, 1);
    assertThat(state.floats("expanded").values()).containsExactly(1, 1, 1, 1, 1, 1);
    assertThat(state.floats("empty").shape()).containsExactly(0, 3);
    assertThat(longs(state.tensors().get("bools"))).containsExactly(1, 0);
    for (var name : List.of("i32", "i16", "i8")) {
      assertThat(longs(state.tensors().get(name))).containsExactly(-5);
    }
    assertThat(longs(state.tensors().get("u8"))).containsExactly(250);
    assertThat(longs(state.tensors().get("scalar"))).containsExactly(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void readsEveryKindOfAttribute(int protocol) {
    var attributes = read(protocol).attributes();
    assertThat(attributes)
        .containsEntry("text_", List.of("ab", "c", "\u00dcn\u00ef"))
        .containsEntry("obj_", Arrays.asList("x", null, 3L))
        .containsEntry("f64_", List.of(List.of(0.1, 2.0), List.of(3.0, 4.0)))
        .containsEntry("b_", List.of(List.of(true), List.of(false)))
        .containsEntry("f32_", 1.5)
        .containsEntry("f64s_", 0.1)
        .containsEntry("i64s_", -3L)
        .containsEntry("str_", "s")
        .containsEntry("bool_", true)
        .containsEntry("neg_", -(1L << 62))
        .containsEntry("tup_", List.of(1L, List.of(2.5, "z")))
        .containsEntry("size_", List.of(2L, 3L))
        .containsEntry("set_", List.of("q"))
        .containsEntry("npkey_", Map.of("k", 1L))
        .containsEntry("intkey_", Map.of("0", "a", "1.5", "b", "True", "c", "None", "d"))
        .containsEntry("zd_", 3.5)
        .containsEntry("zero_", List.of());
    assertThat(longs(attributes.get("fort_"))).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(longs(attributes.get("be_"))).containsExactly(0, 1, 2);
    assertThat(attributes.get("gen_")).isInstanceOf(Opaque.class);
    assertThat(attributes.get("dt64_")).isInstanceOf(Opaque.class);
  }

  @Test
  void scansThemWithoutSuspicion() {
    assertThat(PickleScan.of(Fixtures.bytes("variety-protocol5.pt")).verdict())
        .isEqualTo(GlobalPolicy.ALLOWED);
  }

  @Test
  void keepsTheParameterStoreOfPyroModelsOnly() {
    var read = read(2);
    var attributes = new LinkedHashMap<String, @Nullable Object>();
    attributes.put("registry_", Map.of("model_name", "RESOLVI"));
    attributes.put("pyro_param_store", read.attributes().get("pyro_param_store"));
    var model = new SavedModel(read.state(), read.varNames(), attributes);
    assertThat(TorchArchive.read(TorchArchive.encode(model)).attributes().get("pyro_param_store"))
        .usingRecursiveComparison()
        .isEqualTo(read.attributes().get("pyro_param_store"));
    attributes.put("registry_", Map.of("model_name", "SCVI"));
    var foreign = new SavedModel(read.state(), read.varNames(), attributes);
    assertThat(TorchArchive.read(TorchArchive.encode(foreign)).attributes())
        .doesNotContainKey("pyro_param_store");
  }

  private static SavedModel read(int protocol) {
    return TorchArchive.read(Fixtures.bytes("variety-protocol" + protocol + ".pt"));
  }

  private static long[] longs(@Nullable Object value) {
    return value instanceof Tensor.Longs(_, var values) ? values : new long[0];
  }
}
