package org.syncyte.hub.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.runtime.OpenApiDocumentService;
import io.smallrye.openapi.runtime.io.Format;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.syncyte.web.DocsPage;

/// The OpenAPI document, as a page shows it.
@ApplicationScoped
public class ApiDocument {
  private static final List<String> METHODS = List.of("get", "head", "post", "put", "delete");
  private final OpenApiDocumentService documents;
  private volatile @Nullable List<DocsPage.Topic> topics;

  ApiDocument(OpenApiDocumentService documents) {
    this.documents = documents;
  }

  /// Operations by topic, in the order of the table.
  public List<DocsPage.Topic> topics() {
    var known = topics;
    if (known == null) {
      try {
        known =
            topics(
                new ObjectMapper()
                    .readTree(
                        documents.getDocument(OpenApiFilter.DEFAULT_DOCUMENT_NAME, Format.JSON)));
        topics = known;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return known;
  }

  static List<DocsPage.Topic> topics(JsonNode document) {
    var operations = new LinkedHashMap<String, DocsPage.Operation>();
    var topicOf = new LinkedHashMap<String, String>();
    for (var path : document.path("paths").properties()) {
      for (var method : METHODS) {
        var operation = path.getValue().path(method);
        if (operation.isObject()) {
          var key = method.toUpperCase(Locale.ROOT) + " " + path.getKey();
          operations.put(key, operation(document, method, path.getKey(), operation));
          topicOf.put(key, operation.path("tags").path(0).asText());
        }
      }
    }
    var topics = new ArrayList<DocsPage.Topic>();
    for (var tag : document.path("tags")) {
      var name = tag.path("name").asText();
      // The document sorts addresses by letters; the table has them in an order that makes sense.
      var own =
          OperationTable.read().operations().keySet().stream()
              .filter(key -> name.equals(topicOf.get(key)))
              .map(operations::get)
              .toList();
      topics.add(new DocsPage.Topic(name, tag.path("description").asText(), own));
    }
    return List.copyOf(topics);
  }

  private static DocsPage.Operation operation(
      JsonNode document, String method, String address, JsonNode operation) {
    var parameters = new ArrayList<DocsPage.Parameter>();
    for (var parameter : operation.path("parameters")) {
      parameters.add(
          new DocsPage.Parameter(
              parameter.path("name").asText(),
              parameter.path("in").asText(),
              type(parameter.path("schema")),
              parameter.path("required").asBoolean()
                  && !parameter.path("in").asText().equals("path"),
              parameter.path("description").asText()));
    }
    var replies = new ArrayList<DocsPage.Reply>();
    for (var reply : operation.path("responses").properties()) {
      // Refusals all look alike.
      var content =
          reply.getKey().startsWith("2")
              ? reply.getValue().path("content")
              : MissingNode.getInstance();
      replies.add(
          new DocsPage.Reply(
              reply.getKey(),
              reply.getValue().path("description").asText(),
              String.join(", ", content.propertyStream().map(Map.Entry::getKey).toList()),
              fields(document, content)));
    }
    return new DocsPage.Operation(
        method.toUpperCase(Locale.ROOT),
        address,
        operation.path("summary").asText(),
        parameters,
        fields(document, operation.path("requestBody").path("content")),
        replies);
  }

  /// The fields of what is sent, if it is an object or a list of them.
  private static List<DocsPage.Field> fields(JsonNode document, JsonNode content) {
    var fields = new ArrayList<DocsPage.Field>();
    for (var media : content) {
      var schema = resolved(document, media.path("schema"));
      if (schema.path("items").isObject()) {
        schema = resolved(document, schema.path("items"));
      }
      for (var property : schema.path("properties").properties()) {
        fields.add(new DocsPage.Field(property.getKey(), type(property.getValue())));
      }
      if (!fields.isEmpty()) {
        break;
      }
    }
    return fields;
  }

  private static JsonNode resolved(JsonNode document, JsonNode schema) {
    var ref = schema.path("$ref").asText();
    return ref.isEmpty() ? schema : document.at(ref.substring(1));
  }

  private static String type(JsonNode schema) {
    var ref = schema.path("$ref").asText();
    if (!ref.isEmpty()) {
      return ref.substring(ref.lastIndexOf('/') + 1);
    }
    if (schema.path("items").isObject()) {
      return "list of " + type(schema.path("items"));
    }
    for (var choice : schema.path("anyOf")) {
      if (choice.has("$ref")) {
        return type(choice);
      }
    }
    var type = schema.path("type");
    return type.isArray() ? type.path(0).asText() : type.asText("any");
  }
}
