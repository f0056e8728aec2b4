package org.syncyte.cards.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InspectionTest {
  @Test
  void modelOfTheRealLibraryIsAllowed() {
    var found = PickleScan.inspect(Fixtures.bytes("scvi133-scvi.pt"));
    assertThat(found.problem()).isNull();
    assertThat(found.verdict()).isEqualTo(GlobalPolicy.ALLOWED);
    assertThat(found.findings()).isNotEmpty();
  }

  @Test
  void callThatRunsBeforeTheBrokenStepCounts() {
    var bytes =
        "\u0080\2cos\nsystem\nX\1\0\0\0a\u0085R\u00ff".getBytes(StandardCharsets.ISO_8859_1);
    var found = PickleScan.inspect(bytes);
    assertThat(found.problem()).isNotNull();
    assertThat(found.verdict()).isEqualTo(GlobalPolicy.DANGEROUS);
    assertThat(found.findings()).extracting(PickleScan.Finding::module).containsExactly("os");
  }

  @Test
  void refusedArchiveIsDangerous() {
    var whole = Fixtures.bytes("scvi133-scvi.pt");
    var found = PickleScan.inspect(Arrays.copyOf(whole, whole.length - 40));
    assertThat(found.problem()).isNotNull();
    assertThat(found.verdict()).isEqualTo(GlobalPolicy.DANGEROUS);
  }

  @Test
  void bytesThatAreNoPickleAreUnknown() {
    var bytes = new byte[2000];
    new Random(1).nextBytes(bytes);
    bytes[0] = (byte) 0xf3;
    assertThat(PickleScan.inspect(bytes).verdict()).isEqualTo(GlobalPolicy.UNKNOWN);
  }

  @Test
  void mutatedFilesNeverThrow() {
    var whole = Fixtures.bytes("scvi-handwritten.pt");
    var random = new Random(3);
    for (int round = 0; round < 2_000; round++) {
      var bytes = whole.clone();
      for (int i = 0; i <= random.nextInt(8); i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(PickleScan.inspect(bytes).verdict()).isNotNull();
    }
  }
}
