package org.syncyte.hub.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.repo.EntryView;

class ProofFileTest {
  private static final String HASH = "ab".repeat(32);

  static String proof(String hash, boolean passed, double difference) {
    return """
    {"schema":1,"model_class":"SCVI","passed":%s,"files":{"model.pt":"%s"},
     "graphs":{"model.onnx":{"cells":1024,"input":"stored counts","max_absolute":0.5,
       "max_relative":%s,"tolerance":1e-5,"passed":%s}},
     "software":{"java":"25","onnxruntime_provider":"CPU"}}
    """
        .formatted(passed, hash, difference, passed);
  }

  @Test
  void countsBesideTheFilesItNames() {
    var view = read(proof(HASH, true, 3e-7)).beside(Map.of("model.pt", entry(HASH)));
    assertThat(view.passed()).isTrue();
    assertThat(view.objection()).isNull();
    assertThat(view.differenceText()).isEqualTo("3e-7");
    assertThat(view.toleranceText()).isEqualTo("1e-5");
    assertThat(view.software()).isEqualTo("java 25, onnxruntime provider CPU");
    assertThat(view.checks().getFirst().note()).isEqualTo("1,024 cells, stored counts");
  }

  @Test
  void doesNotCountBesideOtherFiles() {
    var view = read(proof(HASH, true, 3e-7)).beside(Map.of("model.pt", entry("cd".repeat(32))));
    assertThat(view.passed()).isFalse();
    assertThat(view.verdict()).isEqualTo("Proof does not count");
    assertThat(view.objection()).contains("model.pt");
    assertThat(read(proof(HASH, true, 3e-7)).beside(Map.of()).passed()).isFalse();
  }

  @Test
  void claimWithoutComparisonsIsNoProof() {
    assertThat(read("{\"passed\":true,\"files\":{\"model.pt\":\"" + HASH + "\"}}").passed())
        .isFalse();
  }

  @Test
  void failedComparisonOutweighsTheClaim() {
    var text =
        proof(HASH, false, 0.2).replace("\"passed\":false,\"files\"", "\"passed\":true,\"files\"");
    assertThat(read(text).passed()).isFalse();
  }

  @Test
  void damagedFilesAreRefusedInWords() {
    Mutations.each(
        proof(HASH, true, 3e-7),
        3_000,
        3,
        bytes -> {
          try {
            ProofFile.read(bytes).beside(Map.of("model.pt", entry(HASH))).differenceText();
          } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
  }

  private static ProofFile read(String text) {
    return ProofFile.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static EntryView entry(String sha256) {
    return new EntryView("model.pt", false, "00", sha256, 1, true);
  }
}
