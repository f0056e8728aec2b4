package org.syncyte.hub.ontology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.syncyte.hub.Soak;

class OboReaderTest {
  private static final String OBO =
      """
      format-version: 1.4
      ontology: sample

      [Term]
      id: UBERON:0002048
      name: lung
      def: "Respiration organ." [X:1, Y:2]
      synonym: "pulmo" EXACT LATIN [A:1]
      synonym: "a \\"quoted\\" name" EXACT []
      synonym: "airway thing" RELATED []
      is_a: UBERON:0000062 {source="X"} ! organ
      relationship: part_of UBERON:0001004 {gci="Y"} ! respiratory system
      relationship: develops_from UBERON:0000118 ! lung bud

      ! a comment
      [Term]
      id: UBERON:9999999
      name: gone
      is_obsolete: true

      [Typedef]
      id: part_of
      name: part of

      [Term]
      id: not an id
      name: nothing
      """;

  private static List<Term> read(String text) throws IOException {
    var terms = new ArrayList<Term>();
    OboReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), terms::add);
    return terms;
  }

  @Test
  void readsTermsWithTheirParentsAndExactSynonyms() throws IOException {
    assertThat(read(OBO))
        .containsExactly(
            new Term(
                "UBERON:0002048",
                "lung",
                Set.of("pulmo", "a \"quoted\" name"),
                Set.of("UBERON:0000062", "UBERON:0001004")));
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    assertThatThrownBy(() -> read("{\"graphs\": []}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no [Term]");
    assertThatThrownBy(() -> read("")).hasMessageContaining("no [Term]");
    assertThatThrownBy(() -> read("[Term]\nid: A:1\nwithout\n"))
        .hasMessageContaining("line 3")
        .hasMessageContaining("tag: value");
    assertThatThrownBy(() -> read("[Term]\nsynonym: \"open EXACT []\n"))
        .hasMessageContaining("closing quotation mark");
    assertThatThrownBy(() -> read("[Term]\nname: " + "x".repeat(200_000)))
        .hasMessageContaining("longer than");
    var parents = new StringBuilder("[Term]\nid: A:1\nname: a\n");
    for (int i = 0; i < 1_100; i++) {
      parents.append("is_a: A:").append(i + 2).append('\n');
    }
    assertThatThrownBy(() -> read(parents.toString())).hasMessageContaining("1000 parents");
    assertThatThrownBy(() ->
            OboReader.read(
                new ByteArrayInputStream(new byte[] {'[', (byte) 0xff, ']'}), term -> {}))
        .hasMessageContaining("UTF-8");
  }

  /// The terms that a hub begins with hang together: no id twice, every parent among them.
  @Test
  void starterTermsHangTogether() throws IOException {
    var terms = new ArrayList<Term>();
    try (var in = Ontologies.class.getResourceAsStream("starter.obo")) {
      OboReader.read(java.util.Objects.requireNonNull(in), terms::add);
    }
    var ids = new HashSet<String>();
    var names = new HashSet<String>();
    terms.forEach(term -> {
      assertThat(ids.add(term.id())).as(term.id()).isTrue();
      assertThat(names.add(term.name())).as(term.name()).isTrue();
    });
    assertThat(terms).hasSizeGreaterThan(100);
    terms.forEach(term -> assertThat(ids).containsAll(term.parents()));
  }

  @Test
  void damagedFilesEndInTermsOrARefusal() {
    Soak.run(
        "obo",
        OBO.getBytes(StandardCharsets.UTF_8),
        Soak.rounds(5_000),
        bytes -> OboReader.read(new ByteArrayInputStream(bytes), term -> {}),
        failure -> failure instanceof IllegalArgumentException);
  }
}
