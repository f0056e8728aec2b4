package org.syncyte.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The gate of a model: what its owners ask, and where the reader's own request stands.
///
/// @param status `pending`, `accepted` or `rejected`; null if the reader has not asked
/// @param prompt what the owners say, as safe HTML, or null
public record AccessView(
    ModelHead head,
    String heading,
    boolean automatic,
    @Nullable String prompt,
    List<Field> fields,
    String button,
    boolean inside,
    @Nullable String status,
    @Nullable String reason) {
  public AccessView {
    fields = List.copyOf(fields);
  }

  /// One question.
  ///
  /// @param kind `text`, `checkbox`, `date` or `select`
  public record Field(String name, String label, String kind, List<String> options) {
    public Field {
      options = List.copyOf(options);
    }

    public boolean checkbox() {
      return kind.equals("checkbox");
    }

    public boolean select() {
      return kind.equals("select");
    }
  }

  public boolean pending() {
    return "pending".equals(status);
  }

  public boolean rejected() {
    return "rejected".equals(status);
  }
}
