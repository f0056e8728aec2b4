package org.syncyte.cards.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.syncyte.cards.checkpoint.SavedModel;
import org.syncyte.cards.checkpoint.StateDict;
import org.syncyte.cards.checkpoint.Tensor;
import org.syncyte.cards.checkpoint.TorchArchive;

class ModelDiffTest {
  private static SavedModel fixture(String name) throws IOException {
    try (var in = ModelDiffTest.class.getResourceAsStream("/fixtures/" + name)) {
      assertThat(in).isNotNull();
      return TorchArchive.read(in.readAllBytes());
    }
  }

  @Test
  void modelEqualsItself() throws IOException {
    var model = fixture("scvi133-scvi.pt");
    var diff = ModelDiff.of(model, model);
    assertThat(diff.same()).isTrue();
    assertThat(diff.equalTensors()).isEqualTo(model.state().tensors().size());
  }

  @Test
  void changedTensorHasItsRelativeDistance() throws IOException {
    var model = fixture("scvi133-scvi.pt");
    var tensors = new LinkedHashMap<String, Tensor>(model.state().tensors());
    var floats = model.state().floats("px_r");
    var doubled = floats.values().clone();
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] *= 2;
    }
    tensors.put("px_r", new Tensor.Floats(floats.shape(), doubled));
    var changed = new SavedModel(new StateDict(tensors), model.varNames(), model.attributes());
    var diff = ModelDiff.of(model, changed);
    assertThat(diff.tensors()).hasSize(1);
    assertThat(diff.tensors().getFirst().name()).isEqualTo("px_r");
    assertThat(diff.tensors().getFirst().distance()).isCloseTo(1, within(1e-6));
  }

  @Test
  void genesComeAndGoAndMove() throws IOException {
    var model = fixture("scvi133-scvi.pt");
    var genes = new ArrayList<>(model.varNames());
    var gone = genes.removeFirst();
    genes.add("NEW");
    java.util.Collections.swap(genes, 0, 1);
    var diff = ModelDiff.of(model, new SavedModel(model.state(), genes, model.attributes()));
    assertThat(diff.genes().added()).containsExactly("NEW");
    assertThat(diff.genes().removed()).containsExactly(gone);
    assertThat(diff.order()).isTrue();
  }

  @Test
  void anotherClassDiffersInSettingsAndShapes() throws IOException {
    var diff = ModelDiff.of(fixture("scvi133-scvi.pt"), fixture("scvi133-scanvi.pt"));
    assertThat(diff.settings()).contains(new ModelDiff.Change("model", "SCVI", "SCANVI"));
    assertThat(diff.categories()).isNotEmpty();
    assertThat(diff.tensors()).anySatisfy(change -> assertThat(change.before()).isNull());
    assertThat(diff.tensors().getFirst().distance()).isEqualTo(-1);
  }
}
