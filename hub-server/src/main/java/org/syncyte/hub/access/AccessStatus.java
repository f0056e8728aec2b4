package org.syncyte.hub.access;

import java.util.Locale;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// What became of a request.
public enum AccessStatus {
  PENDING,
  ACCEPTED,
  REJECTED;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static AccessStatus of(String word) {
    for (var status : values()) {
      if (status.word().equals(word)) {
        return status;
      }
    }
    throw new HubException(
        ErrorCode.BAD_REQUEST, "status '" + word + "': use pending, accepted or rejected");
  }
}
