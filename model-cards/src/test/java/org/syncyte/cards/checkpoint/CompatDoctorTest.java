package org.syncyte.cards.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompatDoctorTest {
  @ParameterizedTest
  @CsvSource({
    "scvi-torch1.13.pt, pandas 2 and later",
    "scvi-torch2.13-pandas3.pt, pandas 2 and earlier",
    "scvi-numpy2-names.pt, numpy before 1.26",
    "scvi133-scvi.pt, scvi-tools 1.2",
    "scvi133-scanvi.pt, torch 2.6 and later with scvi-tools up to 1.2.0"
  })
  void namesTheReadersThatFail(String file, String reader) {
    assertThat(CompatDoctor.examine(Fixtures.bytes(file)))
        .anySatisfy(symptom -> {
          assertThat(symptom.reader()).isEqualTo(reader);
          assertThat(symptom.repaired()).isTrue();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"scvi-torch1.13.pt", "scvi-torch2.13-pandas3.pt", "scvi133-scanvi.pt"})
  void findsNothingInARepairedFile(String file) {
    var repaired = CompatDoctor.repair(TorchArchive.read(Fixtures.bytes(file)));
    assertThat(CompatDoctor.examine(TorchArchive.encode(repaired))).isEmpty();
  }

  @Test
  void addsTheMissingSetupMethod() {
    var model = TorchArchive.read(Fixtures.bytes("scvi133-scvi.pt"));
    var registry = new LinkedHashMap<String, @Nullable Object>();
    if (model.attributes().get("registry_") instanceof Map<?, ?> full) {
      full.forEach((key, value) -> registry.put((String) key, value));
    }
    registry.remove("setup_method_name");
    var attributes = new LinkedHashMap<String, @Nullable Object>(model.attributes());
    attributes.put("registry_", registry);
    var old = new SavedModel(model.state(), model.varNames(), attributes);
    assertThat(CompatDoctor.examine(TorchArchive.encode(old)))
        .extracting(CompatDoctor.Symptom::symptom)
        .containsExactly("KeyError setup_method_name");
    assertThat(CompatDoctor.examine(TorchArchive.encode(CompatDoctor.repair(old)))).isEmpty();
  }
}
