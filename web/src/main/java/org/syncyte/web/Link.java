package org.syncyte.web;

/// A word that leads somewhere, and whether the reader is already there.
public record Link(String label, String href, boolean current) {}
