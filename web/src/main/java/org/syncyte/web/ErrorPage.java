package org.syncyte.web;

/// Something that went wrong, in plain words with a way out.
public record ErrorPage(Hub hub, int status, String title, String message, String request) {}
