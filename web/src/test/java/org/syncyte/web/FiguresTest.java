package org.syncyte.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0|0", "2860|2,860", "9999999|9,999,999", "12345678|12.3 M"})
  void countsAreGrouped(long n, String text) {
    assertThat(Figures.count(n)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "999,999 B",
    "1000,1.0 kB",
    "999949,999.9 kB",
    "999950,1.0 MB",
    "5200000000,5.2 GB"
  })
  void bytesUseDecimalUnits(long n, String text) {
    assertThat(Figures.bytes(n)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0.0000",
        "0.00001|1e-5",
        "3.14e-7|3.1e-7",
        "512.34|512.3",
        "1234.5|1,235",
        "2e9|2e9",
        "NaN|–"
      })
  void decimalsKeepFourDigits(double value, String text) {
    assertThat(Figures.decimal(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "cc-by-4.0,CC BY 4.0",
    "cc-by-nc-sa-4.0,CC BY-NC-SA 4.0",
    "cc0-1.0,CC0 1.0",
    "mit,MIT",
    "other,other"
  })
  void licencesReadAsPeopleWriteThem(String id, String text) {
    assertThat(Figures.licence(id)).isEqualTo(text);
  }

  @Test
  void daysAreInUniversalTime() {
    assertThat(Figures.day(Instant.parse("2026-11-24T23:59:59Z"))).isEqualTo("24 Nov 2026");
  }
}
