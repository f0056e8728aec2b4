package org.syncyte.web;

import java.util.List;

/// A user or an organisation, and its models.
///
/// @param members who belongs to an organisation; empty for a user
/// @param organizations what a user belongs to; empty for an organisation
/// @param administered whether the reader decides who is a member
public record OwnerPage(
    Hub hub,
    String name,
    String fullname,
    String details,
    boolean organization,
    List<Member> members,
    List<String> organizations,
    boolean administered,
    List<Facet> facets,
    List<Link> sorts,
    List<ModelRow> models,
    Paging paging) {
  public OwnerPage {
    members = List.copyOf(members);
    organizations = List.copyOf(organizations);
    facets = List.copyOf(facets);
    sorts = List.copyOf(sorts);
    models = List.copyOf(models);
  }

  /// Somebody who belongs to an organisation.
  public record Member(String name, String fullname, String role) {}

  /// Whether there is anything to show beside the models.
  public boolean aside() {
    return organization || !facets.isEmpty();
  }

  public String title() {
    return name + " – " + hub.name();
  }

  public String heading() {
    long total = paging.total();
    return total == 0
        ? "No models yet"
        : total == 1 ? "One model" : Figures.count(total) + " models";
  }
}
