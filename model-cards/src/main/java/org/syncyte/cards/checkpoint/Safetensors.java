package org.syncyte.cards.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Weights without a pickle: eight bytes with the length of a JSON header, the header with name,
/// type, shape and place of every tensor, then the raw values.
///
/// Bytes are deterministic: tensors in the order of the state, metadata sorted by key, the header
/// padded with spaces to a multiple of eight. On reading, the data must be covered without gaps or
/// overlaps, as the format demands.
public final class Safetensors {
  private static final long MAX_HEADER = 16 << 20;
  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private record Place(String name, StorageType type, long[] shape, long start, long end) {}

  private Safetensors() {}

  /// @throws CheckpointException if the file is broken
  public static StateDict read(Path file) throws IOException {
    try (var source = Source.of(file)) {
      return tensors(source);
    }
  }

  /// @throws CheckpointException if the bytes are broken
  public static StateDict read(byte[] bytes) {
    try {
      return tensors(Source.of(bytes));
    } catch (IOException e) {
      throw new CheckpointException("the bytes cannot be read", e);
    }
  }

  /// The free text that a file carries beside its tensors.
  public static Map<String, String> metadata(byte[] bytes) {
    try {
      var texts = new LinkedHashMap<String, String>();
      header(Source.of(bytes))
          .path(METADATA)
          .properties()
          .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
      return texts;
    } catch (IOException e) {
      throw new CheckpointException("the bytes cannot be read", e);
    }
  }

  public static void write(StateDict state, Path file) throws IOException {
    write(state, Map.of(), file);
  }

  public static void write(StateDict state, Map<String, String> metadata, Path file)
      throws IOException {
    AtomicFile.write(file, encode(state, metadata));
  }

  public static byte[] encode(StateDict state) {
    return encode(state, Map.of());
  }

  public static byte[] encode(StateDict state, Map<String, String> metadata) {
    var header = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      var texts = header.putObject(METADATA);
      new TreeMap<>(metadata).forEach(texts::put);
    }
    long offset = 0;
    for (var entry : state.tensors().entrySet()) {
      if (entry.getKey().equals(METADATA)) {
        throw new IllegalArgumentException("a tensor may not be named " + METADATA);
      }
      var tensor = entry.getValue();
      long length =
          switch (tensor) {
            case Tensor.Floats(_, var values) -> 4L * values.length;
            case Tensor.Longs(_, var values) -> 8L * values.length;
          };
      var place = header.putObject(entry.getKey());
      place.put("dtype", tensor instanceof Tensor.Floats ? "F32" : "I64");
      var shape = place.putArray("shape");
      for (long side : tensor.shape()) {
        shape.add(side);
      }
      place.putArray("data_offsets").add(offset).add(offset + length);
      offset += length;
    }
    var json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    var bytes =
        ByteBuffer.allocate(Math.toIntExact(8 + padded + offset)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(json);
    while (bytes.position() < 8 + padded) {
      bytes.put((byte) ' ');
    }
    for (var tensor : state.tensors().values()) {
      bytes.put(PickleWriter.bytes(tensor));
    }
    return bytes.array();
  }

  private static JsonNode header(Source source) throws IOException {
    long length = source.read(0, 8).getLong();
    if (length < 2 || length > MAX_HEADER || length > source.size() - 8) {
      throw new CheckpointException(
          "not a safetensors file: it declares a header of %d bytes".formatted(length));
    }
    var text = StandardCharsets.UTF_8.decode(source.read(8, length)).toString();
    try {
      var header = JSON.readTree(text);
      if (!header.isObject()) {
        throw new CheckpointException("the safetensors header is not a JSON object");
      }
      return header;
    } catch (JsonProcessingException e) {
      throw new CheckpointException("the safetensors header is not valid JSON", e);
    }
  }

  private static StateDict tensors(Source source) throws IOException {
    var header = header(source);
    long dataStart = 8 + source.read(0, 8).getLong();
    var places = new ArrayList<Place>();
    for (var entry : header.properties()) {
      if (!entry.getKey().equals(METADATA)) {
        places.add(place(entry.getKey(), entry.getValue()));
      }
    }
    checkCover(places, source.size() - dataStart);
    var budget = new Budget((16L << 20) + 9 * source.size());
    var tensors = new LinkedHashMap<String, Tensor>();
    for (var place : places) {
      int count = StorageType.count(place.shape, "tensor '" + place.name + "'");
      budget.take((long) count * place.type.memory(), "tensor '" + place.name + "'");
      var data = source.read(dataStart + place.start, place.end - place.start);
      var strides = StorageType.contiguous(place.shape);
      tensors.put(place.name, place.type.gather(data, 0, place.shape, strides, count));
    }
    return new StateDict(tensors);
  }

  private static Place place(String name, JsonNode node) {
    var what = "tensor '" + name + "'";
    var type = StorageType.safetensors(node.path("dtype").asText());
    if (type == null) {
      throw new CheckpointException(
          "%s has elements of type '%s'".formatted(what, node.path("dtype").asText()));
    }
    long[] shape = longs(node.path("shape"), what);
    long[] offsets = longs(node.path("data_offsets"), what);
    long bytes = (long) StorageType.count(shape, what) * type.width;
    if (offsets.length != 2 || offsets[0] < 0 || offsets[1] - offsets[0] != bytes) {
      throw new CheckpointException(
          "%s of %d bytes lies at %s".formatted(what, bytes, node.path("data_offsets")));
    }
    return new Place(name, type, shape, offsets[0], offsets[1]);
  }

  private static long[] longs(JsonNode array, String what) {
    if (!array.isArray()) {
      throw new CheckpointException(what + " lacks its shape or its place");
    }
    var longs = new long[array.size()];
    for (int i = 0; i < longs.length; i++) {
      if (!array.get(i).canConvertToLong() || !array.get(i).isIntegralNumber()) {
        throw new CheckpointException(what + " has a shape or place that is not whole numbers");
      }
      longs[i] = array.get(i).longValue();
    }
    return longs;
  }

  private static void checkCover(List<Place> places, long size) {
    var ordered = new ArrayList<>(places);
    ordered.sort(Comparator.comparingLong(Place::start).thenComparingLong(Place::end));
    long reached = 0;
    for (var place : ordered) {
      if (place.start != reached) {
        throw new CheckpointException(
            "tensor '%s' starts at byte %d instead of %d: the data has gaps or overlaps"
                .formatted(place.name, place.start, reached));
      }
      reached = place.end;
    }
    if (reached != size) {
      throw new CheckpointException(
          "the tensors take %d bytes, the file holds %d".formatted(reached, size));
    }
  }
}
