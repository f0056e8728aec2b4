package org.syncyte.web;

/// What this hub is, what it promises and what it does not.
public record AboutPage(Hub hub) {}
