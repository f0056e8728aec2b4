package org.syncyte.cards.privacy;

/// Something in a file that may point to a person.
///
/// @param severity how bad it is if it is what it looks like
/// @param code stable name of the rule, such as `L1`
/// @param place where in the file, such as `obs['donor']`
/// @param message what was found, without repeating more of it than needed
public record Exposure(Severity severity, String code, String place, String message) {
  public enum Severity {
    /// Usual and harmless by itself, but not needed by anyone who uses the model.
    NOTE,
    /// Look at it before the file is shown to others.
    WARNING,
    /// Data of single persons, or of single cells, that the model does not need.
    SERIOUS
  }
}
