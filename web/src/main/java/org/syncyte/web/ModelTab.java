package org.syncyte.web;

/// The parts of a model's page; each has its own address.
public enum ModelTab {
  CARD("Card", ""),
  MAP("Map", "/map"),
  TRAINING("Training", "/training"),
  EVALUATION("Evaluation", "/evaluation"),
  GENES("Genes", "/genes"),
  TRUST("Trust", "/trust"),
  FILES("Files", "/tree/"),
  HISTORY("History", "/commits/"),
  USE("Use it", "/use"),
  DISCUSSIONS("Discussions", "/discussions"),
  ACCESS("Access", "/access"),
  UPLOAD("Add files", "/upload"),
  SETTINGS("Settings", "/settings");

  final String label;
  final String path;

  ModelTab(String label, String path) {
    this.label = label;
    this.path = path;
  }

  /// What follows the model's address.
  public String path() {
    return path;
  }

  boolean namesRevision() {
    return this == FILES || this == HISTORY;
  }
}
