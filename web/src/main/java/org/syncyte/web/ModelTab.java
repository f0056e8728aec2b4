package org.syncyte.web;

/// The parts of a model's page; each has its own address.
public enum ModelTab {
  CARD("Card", ""),
  MAP("Map", "/map"),
  TRAINING("Training", "/training"),
  GENES("Genes", "/genes"),
  TRUST("Trust", "/trust"),
  FILES("Files", "/tree/"),
  HISTORY("History", "/commits/"),
  USE("Use it", "/use"),
  DISCUSSIONS("Discussions", "/discussions"),
  ACCESS("Access", "/access"),
  SETTINGS("Settings", "/settings");

  final String label;
  final String path;

  ModelTab(String label, String path) {
    this.label = label;
    this.path = path;
  }

  boolean namesRevision() {
    return this == FILES || this == HISTORY;
  }
}
