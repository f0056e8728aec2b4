package org.syncyte.web;

import java.util.List;

/// How programs use the hub: recipes to copy, and every operation of its API.
public record DocsPage(Hub hub, List<Recipe> recipes, List<Topic> topics) {
  public DocsPage {
    recipes = List.copyOf(recipes);
    topics = List.copyOf(topics);
  }

  public String title() {
    return "Documentation – " + hub.name();
  }

  /// A program that runs as it stands.
  ///
  /// @param id its anchor
  /// @param about what it does and needs
  /// @param tested whether the tests of this software run it exactly as it is shown
  public record Recipe(String id, String about, boolean tested, Snippet snippet) {}

  /// Operations that belong together.
  public record Topic(String name, String about, List<Operation> operations) {
    public Topic {
      operations = List.copyOf(operations);
    }
  }

  /// @param fields what is sent in the body, by name
  public record Operation(
      String method,
      String address,
      String summary,
      List<Parameter> parameters,
      List<Field> fields,
      List<Reply> replies) {
    public Operation {
      parameters = List.copyOf(parameters);
      fields = List.copyOf(fields);
      replies = List.copyOf(replies);
    }
  }

  /// @param in `path`, `query` or `header`
  /// @param required whether it may not be left out though it is not in the path
  public record Parameter(
      String name, String in, String type, boolean required, String description) {}

  public record Field(String name, String type) {}

  /// @param type media types, empty if nothing is sent
  public record Reply(String status, String description, String type, List<Field> fields) {
    public Reply {
      fields = List.copyOf(fields);
    }
  }
}
