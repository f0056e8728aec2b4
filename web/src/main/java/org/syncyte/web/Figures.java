package org.syncyte.web;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Numbers and dates as text for people: always the same shape, so that columns line up.
public final class Figures {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Figures() {}

  /// `2,860`; from ten million on `12.3 M`.
  public static String count(long n) {
    return n < 10_000_000
        ? String.format(Locale.ROOT, "%,d", n)
        : String.format(Locale.ROOT, "%,.1f M", n / 1e6);
  }

  /// `412 B`, `5.2 MB`: decimal units, as file managers and clients show them.
  public static String bytes(long n) {
    if (n < 1000) {
      return n + " B";
    }
    var value = (double) n;
    var unit = -1;
    while (value >= 999.95 && unit < 4) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, "kMGTP".charAt(unit) + "B");
  }

  public static String day(Instant instant) {
    return DAY.format(instant);
  }

  public static String minute(Instant instant) {
    return MINUTE.format(instant);
  }

  /// Four significant digits: `1234`, `512.3`, `0.02137`, `3.1e-7`.
  public static String decimal(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    var size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
      return String.format(Locale.ROOT, "%.1e", value)
          .replaceFirst("\\.0e", "e")
          .replaceFirst("e([+-])0+(?=\\d)", "e$1")
          .replace("e+", "e");
    }
    var digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  /// A licence as people write it: `cc-by-4.0` becomes `CC BY 4.0`.
  public static String licence(String id) {
    var upper = id.toUpperCase(Locale.ROOT);
    if (upper.startsWith("CC-BY") || upper.startsWith("CC0")) {
      return upper.replaceFirst("CC-BY", "CC BY").replaceFirst("-(?=\\d)", " ");
    }
    return switch (upper) {
      case "MIT", "BSD" -> upper;
      case "APACHE-2.0" -> "Apache 2.0";
      default -> id;
    };
  }
}
