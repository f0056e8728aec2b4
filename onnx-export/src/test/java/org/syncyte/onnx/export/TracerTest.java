package org.syncyte.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.onnx.runtime.OnnxModel;

/// Small formulas, traced once, run by ONNX Runtime on other numbers of cells.
class TracerTest {
  private static final int GENES = 5;
  private static final int TRACED = 17;

  private static NDManager manager;

  @BeforeAll
  static void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  /// What a formula is given.
  record Arrays(NDArray x, NDArray batch, NDArray weight, NDManager manager) {}

  /// A formula with a name that shows in reports.
  record Formula(String name, Function<Arrays, NDArray> body) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Formula formula(String name, Function<Arrays, NDArray> body) {
    return new Formula(name, body);
  }

  static Stream<Formula> formulas() {
    return Stream.of(
        formula("log1p", a -> a.x().add(1).log()),
        formula("exp and sub", a -> a.x().neg().exp().sub(0.5)),
        formula("reversed", a -> a.x().add(1).getNDArrayInternal().rsub(2)),
        formula("number minus array", a -> NDArrays.sub(2, a.x())),
        formula("number by array", a -> NDArrays.div(2, a.x().add(1))),
        formula("power", a -> a.x().add(1).pow(1.5)),
        formula("square and root", a -> a.x().square().add(1).sqrt()),
        formula("abs, floor, ceil", a -> a.x().sub(1.3).abs().floor().add(a.x().ceil())),
        formula("maximum and minimum", a -> a.x().maximum(1).minimum(a.x().mul(0.5))),
        formula("matMul of a turned weight", a -> a.x().matMul(a.weight().transpose())),
        formula("matMul of the weight's own call", a -> a.weight().matMul(a.x().transpose())),
        formula("linear", a -> Linear.linear(a.x(), a.weight(), a.weight().get(":, 0")).get(0)),
        formula("linear without bias", a -> Linear.linear(a.x(), a.weight()).get(0)),
        formula("relu", a -> Activation.relu(a.x().sub(1))),
        formula("softPlus", a -> Activation.softPlus(a.x().sub(1).mul(15))),
        formula("sigmoid", a -> Activation.sigmoid(a.x().sub(1))),
        formula("gelu", a -> Activation.gelu(a.x().sub(1))),
        formula("leakyRelu", a -> Activation.leakyRelu(a.x().sub(1), 0.2f)),
        formula("softmax over genes", a -> a.x().softmax(-1)),
        formula("logSoftmax", a -> a.x().logSoftmax(1)),
        formula("sum per cell", a -> a.x().sum(new int[] {1}, true).log()),
        formula("sum per cell without axis", a -> a.x().sum(new int[] {-1})),
        formula("mean of all", a -> a.x().mean()),
        formula("max per cell", a -> a.x().max(new int[] {1}, true).add(a.x())),
        formula("variance by hand", TracerTest::normalised),
        formula("layer norm of the engine", TracerTest::layerNorm),
        formula("batch norm of the engine", TracerTest::batchNorm),
        formula("one hot", a -> a.batch().oneHot(3, DataType.FLOAT32)),
        formula(
            "one hot beside x",
            a -> NDArrays.concat(new NDList(a.x(), a.batch().oneHot(3, DataType.FLOAT32)), 1)),
        formula(
            "concat from the array", a -> a.x().concat(a.batch().oneHot(3, DataType.FLOAT32), -1)),
        formula("rows of a table", a -> a.weight().get(a.batch())),
        formula("embedding", TracerTest::embedding),
        formula("columns", a -> a.x().get(":, 1:4")),
        formula("one column", a -> a.x().get(new NDIndex(":, 2")).expandDims(1)),
        formula("last axis kept", a -> a.x().get("..., -1:")),
        formula("where", a -> NDArrays.where(a.x().gt(1), a.x(), a.x().mul(-1))),
        formula("mask as number", a -> a.x().lt(1e-8f).toType(DataType.FLOAT32, false)),
        formula("codes compared", a -> a.batch().eq(1).toType(DataType.FLOAT32, false)),
        formula("codes not equal", a -> a.batch().neq(1).toType(DataType.FLOAT32, false)),
        formula("codes in arithmetic", a -> a.x().mul(a.batch().expandDims(-1))),
        formula("codes divided", a -> a.batch().div(2)),
        formula("clip", a -> a.x().clip(0.5, 1.5)),
        formula("reshape with cells", a -> a.x().reshape(-1, 1, GENES).squeeze(1)),
        formula(
            "reshape by the shape it has",
            a -> a.x().reshape(new Shape(a.x().getShape().get(0), 1, GENES)).squeeze(1)),
        formula("flatten", a -> a.x().flatten().expandDims(1)),
        formula("swapped axes", a -> a.x().swapAxes(0, 1).swapAxes(1, 0)),
        formula("stack", a -> a.x().stack(a.x().mul(2), 1).sum(new int[] {1})),
        formula("broadcast", a -> a.x().get(":, 0:1").broadcast(a.x().getShape())),
        formula("zeros of the shape of x", a -> a.x().zerosLike().add(a.x())),
        formula("ones made for the cells", TracerTest::madeForCells),
        formula("folded constant", a -> a.x().mul(a.weight().exp().sum(new int[] {0}))),
        formula("constant first", a -> a.manager().create(2f).mul(a.x())),
        formula("argMax", a -> a.x().argMax(1).toType(DataType.FLOAT32, false)),
        formula("erf", a -> a.x().erf()),
        formula("samples in front", TracerTest::samples));
  }

  private static NDArray normalised(Arrays a) {
    var mean = a.x().mean(new int[] {-1}, true);
    var centred = a.x().sub(mean);
    var variance = centred.square().mean(new int[] {-1}, true);
    return centred.div(variance.add(1e-5).sqrt());
  }

  private static NDArray layerNorm(Arrays a) {
    var shape = new Shape(GENES);
    var ones = a.manager().ones(shape);
    var zeros = a.manager().zeros(shape);
    return a.x().getNDArrayInternal().layerNorm(a.x(), shape, ones, zeros, 1e-5f).head();
  }

  private static NDArray batchNorm(Arrays a) {
    var mean = a.weight().get(0);
    var variance = a.weight().get(1).square().add(0.1);
    return a.x()
        .getNDArrayInternal()
        .batchNorm(
            a.x(), mean, variance, a.weight().get(2), a.weight().get(0), 1, 0.99f, 1e-3f, false)
        .head();
  }

  private static NDArray embedding(Arrays a) {
    return a.batch()
        .getNDArrayInternal()
        .embedding(a.batch(), a.weight(), SparseFormat.DENSE)
        .head();
  }

  private static NDArray madeForCells(Arrays a) {
    long cells = a.x().getShape().get(0);
    return a.x().concat(a.manager().ones(new Shape(cells, 2)).mul(3), 1);
  }

  private static NDArray samples(Arrays a) {
    long cells = a.x().getShape().get(0);
    var three = a.x().expandDims(0).broadcast(new Shape(3, cells, GENES));
    return three.reshape(new Shape(3 * cells, GENES));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formulas")
  void tracedFormulaEqualsEager(Formula formula) {
    byte[] graph = trace(formula.body());
    try (var model = OnnxModel.open(graph, 1);
        var scope = manager.newSubManager()) {
      for (int cells : new int[] {1, 4, TRACED, 33}) {
        var x = counts(scope, cells, cells);
        var batch = codes(scope, cells);
        var eager = formula.body().apply(new Arrays(x, batch, weight(scope), scope));
        var inputs = new LinkedHashMap<String, Tensor>();
        var wanted = model.inputs();
        if (wanted.contains("x")) {
          inputs.put("x", new Tensor.Floats(new long[] {cells, GENES}, x.toFloatArray()));
        }
        if (wanted.contains("batch")) {
          inputs.put("batch", new Tensor.Longs(new long[] {cells}, batch.toLongArray()));
        }
        var result = model.run(inputs).at("y");
        assertThat((long) result.values().length).isEqualTo(eager.size());
        var expected = eager.toType(DataType.FLOAT32, true).toFloatArray();
        for (int i = 0; i < expected.length; i++) {
          assertThat(result.values()[i])
              .as("%s, %d cells, entry %d", formula, cells, i)
              .isCloseTo(
                  expected[i],
                  org.assertj.core.data.Offset.offset(1e-6f + 1e-5f * Math.abs(expected[i])));
        }
      }
    }
  }

  @Test
  void sameTraceYieldsSameBytes() {
    var formula = formulas().filter(f -> f.name().equals("samples in front")).findFirst();
    assertThat(trace(formula.orElseThrow().body())).isEqualTo(trace(formula.orElseThrow().body()));
  }

  @Test
  void refusesOperatorByItsName() {
    assertThatThrownBy(() -> trace(a -> a.x().gammaln()))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("'gammaln'");
    assertThatThrownBy(() -> trace(a -> a.x().sort(0)))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("'sort'");
    assertThatThrownBy(() -> trace(a -> a.x().fft(4, 1)))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("'fft'");
  }

  @Test
  void refusesChangeInPlace() {
    assertThatThrownBy(() -> trace(a -> a.x().addi(1)))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("'addi'");
  }

  @Test
  void refusesLookAtValues() {
    assertThatThrownBy(() -> trace(a -> a.x().getFloat(0, 0) > 0 ? a.x() : a.x().neg()))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("depend on the input");
  }

  @Test
  void refusesPlainArrayThatSwallowsTracedOne() {
    assertThatThrownBy(() -> trace(a -> manager.create(2f).mul(a.x())))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("not on a plain one");
  }

  @Test
  void refusesNoise() {
    assertThatThrownBy(() -> trace(a -> a.x().add(a.manager().randomNormal(new Shape(GENES)))))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("'randomNormal'");
  }

  @Test
  void refusesDataOfTheExampleAsConstant() {
    assertThatThrownBy(() -> trace(a -> a.x().add(counts(manager, TRACED, 5))))
        .isInstanceOf(UntraceableException.class)
        .hasMessageContaining("hand it to the pass as an input");
  }

  @Test
  void picksNumberOfCellsThatIsNoSide() {
    assertThat(Tracer.cellsApartFrom(LongStream.of(10, 128, 2000))).isEqualTo(17);
    assertThat(Tracer.cellsApartFrom(LongStream.of(34, 19, 23 * 29))).isEqualTo(31);
  }

  private static byte[] trace(Function<Arrays, NDArray> body) {
    try (var tracer = new Tracer("formula", manager, TRACED);
        var scope = manager.newSubManager()) {
      var arrays =
          new Arrays(
              tracer.input("x", counts(scope, TRACED, 1)),
              tracer.input("batch", codes(scope, TRACED)),
              tracer.parameter("weight", weight(scope)),
              tracer.manager());
      tracer.output("y", body.apply(arrays));
      return tracer.graph().encode();
    }
  }

  private static NDArray counts(NDManager scope, int cells, int seed) {
    var random = new Random(seed);
    var values = new float[cells * GENES];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(3) == 0 ? 0 : random.nextFloat() * 3;
    }
    return scope.create(values, new Shape(cells, GENES));
  }

  private static NDArray codes(NDManager scope, int cells) {
    var codes = new long[cells];
    for (int i = 0; i < cells; i++) {
      codes[i] = i % 3;
    }
    return scope.create(codes);
  }

  private static NDArray weight(NDManager scope) {
    return scope.create(
        new float[] {.1f, -.2f, .3f, .4f, -.5f, .6f, .7f, -.8f, .9f, 1f, -1.1f, .2f, .3f, .5f, .8f},
        new Shape(3, GENES));
  }
}
