package org.syncyte.hub.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ListQueryTest {
  private final ListQuery query =
      new ListQuery("CD4 T & B", "", List.of("tissue:lung"), ListQuery.Order.NAME, 3);

  @Test
  void addressHoldsTheWholeQuestion() {
    assertThat(query.href())
        .isEqualTo("/?q=CD4%20T%20%26%20B&filter=tissue%3Alung&sort=name&page=3");
  }

  @Test
  void switchingAFilterTwiceIsTheSameListFromItsStart() {
    assertThat(query.switched("assay:10x").switched("assay:10x")).isEqualTo(query.at(1));
    assertThat(query.switched("tissue:lung").filters()).isEmpty();
  }

  @Test
  void pageBecomesASkip() {
    assertThat(query.search(25).skip()).isEqualTo(50);
  }
}
