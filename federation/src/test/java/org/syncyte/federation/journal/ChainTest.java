package org.syncyte.federation.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChainTest {
  private static List<Chain.Entry> entries() {
    var chain = Chain.start();
    var entries = new ArrayList<Chain.Entry>();
    for (int i = 0; i < 10; i++) {
      byte[] body = ("body " + i).getBytes(StandardCharsets.UTF_8);
      entries.add(chain.append(100 - i, Map.of("b", 2L, "a", (long) i), "Test", body));
    }
    return entries;
  }

  private static void verify(List<Chain.Entry> entries) {
    var chain = Chain.start();
    entries.forEach(entry -> chain.accept(entry.bytes(), entry.hash()));
  }

  @Test
  void acceptsWhatItWrote() {
    List<Chain.Entry> entries = entries();

    verify(entries);

    assertThat(entries.get(9).event().getTimeMs()).isEqualTo(100);
    assertThat(entries().get(9).hash()).isEqualTo(entries.get(9).hash());
  }

  @Test
  void goesOnFromAnyEntry() {
    List<Chain.Entry> entries = entries();
    var chain = new Chain(5, entries.get(4).hash(), 100);

    chain.accept(entries.get(5).bytes(), entries.get(5).hash());

    assertThat(chain.nextSeq()).isEqualTo(6);
    assertThat(chain.head()).isEqualTo(entries.get(5).hash());
  }

  @Test
  void namesTheFirstEntryThatWasTouched() {
    for (int bit = 0; bit < 8; bit++) {
      List<Chain.Entry> entries = entries();
      entries.get(4).bytes()[entries.get(4).bytes().length / 2] ^= (byte) (1 << bit);
      broken(entries, "entry 4");
    }
    List<Chain.Entry> missing = entries();
    missing.remove(6);
    broken(missing, "entry 6: number 7 came");
    List<Chain.Entry> swapped = entries();
    swapped.add(2, swapped.remove(3));
    broken(swapped, "entry 2");
  }

  @Test
  void aRewrittenEntryNoLongerFits() {
    List<Chain.Entry> entries = entries();
    var rewritten =
        new Chain(4, entries.get(3).hash(), 100).append(100, Map.of(), "Test", new byte[] {1});
    entries.set(4, rewritten);

    broken(entries, "entry 5: it follows another entry");
  }

  private static void broken(List<Chain.Entry> entries, String where) {
    assertThatThrownBy(() -> verify(entries))
        .isInstanceOf(Chain.Broken.class)
        .hasMessageContaining(where);
  }
}
