package org.syncyte.hub.trust;

/// One thing that a check has to say.
///
/// @param code stable name of the rule, such as `V2` or `L5`
/// @param file the file it is about, or empty
public record Finding(Severity severity, String code, String file, String message) {
  public enum Severity {
    NOTE,
    WARNING,
    ERROR
  }

  static Finding error(String code, String file, String message) {
    return new Finding(Severity.ERROR, code, file, message);
  }

  static Finding warning(String code, String file, String message) {
    return new Finding(Severity.WARNING, code, file, message);
  }

  static Finding note(String code, String file, String message) {
    return new Finding(Severity.NOTE, code, file, message);
  }
}
