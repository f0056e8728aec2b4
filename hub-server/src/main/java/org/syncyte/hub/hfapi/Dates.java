package org.syncyte.hub.hfapi;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Dates as clients expect them: `2025-07-14T09:30:00.000Z`.
final class Dates {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Dates() {}

  static String text(Instant date) {
    return FORMAT.format(date);
  }
}
