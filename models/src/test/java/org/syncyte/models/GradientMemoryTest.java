package org.syncyte.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.syncyte.anndata.fields.Registry;
import org.syncyte.anndata.fields.Setup;
import org.syncyte.anndata.loader.Minibatch;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.engine.Compute;
import org.syncyte.models.nn.Pass;
import org.syncyte.models.nn.Role;

/// What a forward pass leaves behind for the gradients stays in memory until they are taken.
class GradientMemoryTest {
  @ParameterizedTest
  @ValueSource(strings = {"SCVI", "SCANVI"})
  void gradientsDoNotDependOnWhenGarbageIsCollected(String modelClass) {
    var data = MadeUpCells.of(64, 0);
    var setup = new Setup(null, "site", null, null);
    var plain = Registry.of(data, setup);
    var registry = modelClass.equals("SCVI") ? plain : plain.relabelled(data, "type", "Unknown");
    var cells = registry.bind(data).read(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    var expected = gradients(modelClass, registry, cells, false);
    assertThat(expected).hasSizeGreaterThan(10);
    for (int i = 0; i < 3; i++) {
      gradients(modelClass, registry, cells, true)
          .forEach((name, values) ->
              // Sums may be rounded otherwise where memory is aligned otherwise.
              assertThat(distance(values, Objects.requireNonNull(expected.get(name))))
                  .as(name)
                  .isLessThan(1e-5));
    }
  }

  /// Such a call frees its number at once, though the gradient of a product needs both factors.
  @Test
  void noModelMultipliesByANumberThatIsFreedBeforeTheGradient() throws Exception {
    var refused = Set.of("mul", "muli", "div", "divi", "pow", "powi", "maximum", "minimum", "mod");
    var found = new ArrayList<String>();
    var classes = Path.of(Scvi.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (var files = Files.walk(classes)) {
      for (var file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        var parsed = ClassFile.of().parse(file);
        for (var method : parsed.methods()) {
          for (var element : method.code().map(code -> code.elementList()).orElse(List.of())) {
            if (element instanceof InvokeInstruction call
                && call.owner().asInternalName().equals("ai/djl/ndarray/NDArray")
                && call.type().stringValue().startsWith("(Ljava/lang/Number;)")
                && refused.contains(call.name().stringValue())) {
              found.add(
                  "%s.%s calls NDArray.%s(Number); use Scaled.by"
                      .formatted(
                          parsed.thisClass().asInternalName().replace('/', '.'),
                          method.methodName().stringValue(),
                          call.name().stringValue()));
            }
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void scalesWholeNumbersToo() {
    try (var arrays = Compute.scope()) {
      assertThat(Scaled.by(arrays.create(new long[] {3, -4}), 5L).toLongArray())
          .containsExactly(15, -20);
      assertThat(Scaled.by(arrays.create(new float[] {3, -4}), 0.5f).toFloatArray())
          .containsExactly(1.5f, -2);
    }
  }

  private static Map<String, float[]> gradients(
      String modelClass, Registry registry, Minibatch minibatch, boolean disturbed) {
    try (var fit = Fit.start(modelClass, Map.of(), registry, 0);
        var use = fit.network().use();
        var _ = Compute.recording(true)) {
      var model = fit.model();
      fit.network().trained().forEach(array -> array.setRequiresGradient(true));
      var pass = Pass.training(new RandomNoise(new SplittableRandom(1)));
      var cells = new Feed().load(minibatch, use.arrays());
      var posterior = model.inference(cells, pass);
      var generated = model.generative(cells, posterior, pass);
      var loss = model.loss(cells, posterior, generated, 0.3f, pass);
      if (disturbed) {
        disturb();
      }
      Compute.backward(loss.total());
      var gradients = new TreeMap<String, float[]>();
      for (var tensor : fit.layout()) {
        if (tensor.role() == Role.TRAINED) {
          var gradient = JniUtils.getGradient((PtNDArray) fit.network().array(tensor.name()));
          if (gradient != null) {
            gradients.put(tensor.name(), gradient.toFloatArray());
          }
        }
      }
      return gradients;
    }
  }

  /// Frees what nothing refers to, and uses the memory otherwise.
  private static void disturb() {
    for (int round = 0; round < 3; round++) {
      System.gc();
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      for (int i = 0; i < 20_000; i++) {
        var junk = ByteBuffer.allocateDirect(4);
        junk.putInt(0, 0x7fc00000);
      }
    }
  }

  private static double distance(float[] values, float[] expected) {
    double size = 1e-6;
    double distance = 0;
    for (int i = 0; i < expected.length; i++) {
      size = Math.max(size, Math.abs(expected[i]));
      distance = Math.max(distance, Math.abs((double) values[i] - expected[i]));
    }
    return distance / size;
  }
}
