package org.syncyte.web;

/// Where files are dropped to become a commit.
///
/// @param client how a client does the same, for those without scripts
public record UploadView(ModelHead head, Snippet client) {
  public static Snippet client(String endpoint, String id) {
    return new Snippet(
        "From a terminal",
        "shell",
        "export HF_ENDPOINT=%s HF_TOKEN=…\nhf upload %s FOLDER .".formatted(endpoint, id));
  }
}
