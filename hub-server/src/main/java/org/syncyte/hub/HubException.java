package org.syncyte.hub;

import java.util.LinkedHashMap;
import java.util.Map;

/// The one exception of the hub: a code, a sentence for the user, and what the reply must carry.
public final class HubException extends RuntimeException {
  private final ErrorCode code;
  private int status;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, Object> body = new LinkedHashMap<>();

  public HubException(ErrorCode code, String message) {
    super(message);
    this.code = code;
    this.status = code.status();
  }

  public HubException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.status = code.status();
  }

  /// Another status than the code's usual one.
  public HubException status(int other) {
    status = other;
    return this;
  }

  public int status() {
    return status;
  }

  public HubException header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public HubException body(String key, Object value) {
    body.put(key, value);
    return this;
  }

  public ErrorCode code() {
    return code;
  }

  public String sentence() {
    return String.valueOf(getMessage());
  }

  Map<String, String> headers() {
    return headers;
  }

  Map<String, Object> body() {
    return body;
  }
}
