package org.syncyte.web;

import java.util.List;

/// What the owners of a model decide: who sees it, who may have its files, who asked.
///
/// @param gated empty, `auto` or `manual`
public record SettingsView(
    ModelHead head,
    boolean hidden,
    String gated,
    boolean discussionsDisabled,
    List<Request> requests) {
  public SettingsView {
    requests = List.copyOf(requests);
  }

  /// Somebody who asked for the files.
  public record Request(
      String user, String fullname, String when, String status, List<Fact> answers) {
    public Request {
      answers = List.copyOf(answers);
    }

    public boolean accepted() {
      return status.equals("accepted");
    }

    public boolean rejected() {
      return status.equals("rejected");
    }
  }

  public boolean open() {
    return gated.isEmpty();
  }

  public boolean automatic() {
    return gated.equals("auto");
  }

  public boolean manual() {
    return gated.equals("manual");
  }
}
