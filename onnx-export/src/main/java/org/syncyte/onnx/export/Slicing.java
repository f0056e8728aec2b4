package org.syncyte.onnx.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexAll;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexFixed;
import ai.djl.ndarray.index.dim.NDIndexSlice;
import ai.djl.ndarray.index.dim.NDIndexTake;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.syncyte.onnx.graph.Attribute;

/// `array.get(index)` as nodes: slices, fixed positions, and rows taken by an array of positions.
final class Slicing {
  private final Tracer tracer;
  private final TracedArray array;
  private final List<NDIndexElement> elements;

  Slicing(Tracer tracer, TracedArray array, NDIndex index) {
    this.tracer = tracer;
    this.array = array;
    elements = new ArrayList<>(index.getIndices());
    if (index.getEllipsisIndex() >= 0) {
      int free = array.real().getShape().dimension() - index.getRank();
      for (int i = 0; i < free; i++) {
        elements.add(index.getEllipsisIndex(), new NDIndexAll());
      }
    }
    long takes = elements.stream().filter(e -> e instanceof NDIndexTake).count();
    if (takes > 1) {
      throw new UntraceableException("'get' with more than one array of positions");
    }
  }

  /// The same index with real arrays in it.
  NDIndex plainIndex() {
    var plain = new NDIndex();
    for (var element : elements) {
      switch (element) {
        case NDIndexAll _ -> plain.addAllDim();
        case NDIndexFixed fixed -> plain.addIndices(fixed.getIndex());
        case NDIndexSlice slice -> plain.addIndices(text(slice));
        case NDIndexTake take -> plain.addIndices("{}", real(take.getIndex()));
        default -> throw new UntraceableException("'get' with " + element.getClass());
      }
    }
    return plain;
  }

  boolean isConstant() {
    return elements.stream()
        .noneMatch(e ->
            e instanceof NDIndexTake take && !TracedArray.of(tracer, take.getIndex()).isConstant());
  }

  String note() {
    String value = array.reference();
    int axis = 0;
    for (var element : elements) {
      switch (element) {
        case NDIndexAll _ -> axis++;
        case NDIndexFixed fixed -> {
          String position = tracer.lift("position", tracer.manager().create(fixed.getIndex()));
          value = tracer.node("Gather", List.of(value, position), Attribute.of("axis", axis));
        }
        case NDIndexSlice slice -> value = slice(value, slice, axis++);
        case NDIndexTake take -> {
          String positions = TracedArray.of(tracer, take.getIndex()).reference();
          value = tracer.node("Gather", List.of(value, positions), Attribute.of("axis", axis));
          axis += take.getIndex().getShape().dimension();
        }
        default -> throw new UntraceableException("'get' with " + element.getClass());
      }
    }
    return value;
  }

  private String slice(String value, NDIndexSlice slice, int axis) {
    long from = Objects.requireNonNullElse(slice.getMin(), 0L);
    long to = Objects.requireNonNullElse(slice.getMax(), (long) Integer.MAX_VALUE);
    long step = Objects.requireNonNullElse(slice.getStep(), 1L);
    return tracer.node(
        "Slice",
        List.of(
            value,
            tracer.wholes(from),
            tracer.wholes(to),
            tracer.wholes(axis),
            tracer.wholes(step)));
  }

  private NDArray real(NDArray index) {
    return TracedArray.of(tracer, index).real();
  }

  private static String text(NDIndexSlice slice) {
    return Objects.toString(slice.getMin(), "")
        + ":"
        + Objects.toString(slice.getMax(), "")
        + (slice.getStep() == null ? "" : ":" + slice.getStep());
  }
}
