package org.syncyte.web;

import java.util.List;

/// What an account says of itself, its password, and the organisations it belongs to.
public record ProfilePage(
    Hub hub, String fullname, String email, boolean password, List<Membership> organizations) {
  public ProfilePage {
    organizations = List.copyOf(organizations);
  }

  /// An organisation and what the account may do in it.
  public record Membership(String name, String role) {}
}
