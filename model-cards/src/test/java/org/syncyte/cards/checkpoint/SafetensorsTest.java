package org.syncyte.cards.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SafetensorsTest {
  private static final StateDict STATE = state();

  @TempDir Path folder;

  @Test
  void givesEqualBytesForEqualWeights() {
    assertThat(Safetensors.encode(STATE)).isEqualTo(Safetensors.encode(state()));
    assertThat(Safetensors.encode(STATE).length % 8).isZero();
  }

  @Test
  void survivesWritingAndReading() throws IOException {
    var file = folder.resolve("model.safetensors");
    Safetensors.write(STATE, Map.of("round", "7", "model", "SCVI"), file);
    var read = Safetensors.read(file);
    assertThat(read.tensors().keySet()).containsExactly("z.weight", "counter", "empty");
    assertThat(read).usingRecursiveComparison().isEqualTo(STATE);
    assertThat(Safetensors.metadata(Files.readAllBytes(file)))
        .containsExactlyInAnyOrderEntriesOf(Map.of("model", "SCVI", "round", "7"));
  }

  @Test
  void carriesTheWeightsOfARealModelExactly() {
    var model = TorchArchive.read(Fixtures.bytes("scvi133-scvi.pt"));
    assertThat(Safetensors.read(Safetensors.encode(model.state())))
        .usingRecursiveComparison()
        .isEqualTo(model.state());
  }

  @Test
  void widensNarrowTypes() {
    var header =
        """
        {"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},\
        "b":{"dtype":"BF16","shape":[],"data_offsets":[4,6]},\
        "u":{"dtype":"U8","shape":[2],"data_offsets":[6,8]}}\
        """;
    byte[] data = {0, 0x3c, 0, (byte) 0xc0, (byte) 0x80, 0x3f, (byte) 0xff, 0};
    var state = Safetensors.read(file(header, data));
    assertThat(state.floats("h").values()).containsExactly(1f, -2f);
    assertThat(state.floats("b").values()).containsExactly(1f);
    assertThat(state.tensors().get("u"))
        .usingRecursiveComparison()
        .isEqualTo(new Tensor.Longs(new long[] {2}, new long[] {255, 0}));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"object\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"a\":7}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} x",
        "[[[[[[[[[[[[]]]]]]]]]]]]",
        "[]",
        "{"
      })
  void refusesHeadersThatDoNotDescribeTheData(String header) {
    assertThatThrownBy(() -> Safetensors.read(file(header, new byte[8])))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void refusesAHeaderLongerThanTheFile() {
    var bytes = Safetensors.encode(STATE);
    bytes[5] = 1;
    assertThatThrownBy(() -> Safetensors.read(bytes))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("header");
  }

  private static byte[] file(String header, byte[] data) {
    var json = header.getBytes(StandardCharsets.UTF_8);
    return Archives.join(Archives.bytes(Archives.little(json.length) + "\0\0\0\0"), json, data);
  }

  private static StateDict state() {
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("z.weight", new Tensor.Floats(new long[] {2, 2}, new float[] {1, -0f, 3e38f, 4}));
    tensors.put("counter", new Tensor.Longs(new long[0], new long[] {1L << 40}));
    tensors.put("empty", new Tensor.Floats(new long[] {0, 3}, new float[0]));
    return new StateDict(tensors);
  }
}
