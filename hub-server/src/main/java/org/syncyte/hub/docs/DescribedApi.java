package org.syncyte.hub.docs;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/// Puts the words of [OperationTable] into the OpenAPI document, takes out what is no API, and says
/// of each operation how it may be refused: that is the same everywhere, so it is said once, here.
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class DescribedApi implements OASFilter {
  private static final String TOKEN = "token";
  private static final String REFUSAL = "Refusal";
  private final OperationTable table = OperationTable.read();

  @Override
  public void filterOpenAPI(OpenAPI document) {
    if (document.getInfo() == null) {
      document.setInfo(OASFactory.createInfo());
    }
    document
        .getInfo()
        .description(
            "Addresses of the Hugging Face Hub protocol lie below /api/models and /{namespace}/{name}; those of this"
                + " hub alone below /api/v1 and /api/federations. Send a token as Authorization: Bearer ...;"
                + " what is public needs none. The S3 address /s3 speaks the protocol of Amazon S3 and is not"
                + " described here.");
    document.setTags(new ArrayList<>());
    table
        .topics()
        .forEach(
            (name, about) -> document.addTag(OASFactory.createTag().name(name).description(about)));
    if (document.getComponents() == null) {
      document.setComponents(OASFactory.createComponents());
    }
    var components = document.getComponents();
    components.setSecuritySchemes(
        Map.of(
            TOKEN,
            OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description("A token from Settings, Access tokens")));
    components.addSchema(
        REFUSAL,
        OASFactory.createSchema()
            .addType(Schema.SchemaType.OBJECT)
            .addProperty(
                "error",
                OASFactory.createSchema()
                    .addType(Schema.SchemaType.STRING)
                    .description("What is wrong, in a sentence; X-Error-Message repeats it")));
    var paths = document.getPaths();
    for (var address : List.copyOf(paths.getPathItems().keySet())) {
      var item = paths.getPathItem(address);
      for (var entry : Map.copyOf(item.getOperations()).entrySet()) {
        var described = table.operations().get(entry.getKey() + " " + address);
        if (described == null) {
          continue; // it stands there without words, which a test notices
        }
        if (described.topic() == null) {
          item.setOperation(entry.getKey(), null);
        } else {
          describe(entry.getKey(), entry.getValue(), described);
        }
      }
      if (item.getOperations().isEmpty()) {
        paths.removePathItem(address);
      }
    }
  }

  private void describe(
      PathItem.HttpMethod method, Operation operation, OperationTable.Operation described) {
    operation.summary(described.summary()).tags(List.of(String.valueOf(described.topic())));
    operation.setSecurity(
        new ArrayList<>(
            List.of(
                OASFactory.createSecurityRequirement(),
                OASFactory.createSecurityRequirement().addScheme(TOKEN))));
    var parameters = operation.getParameters();
    boolean named = false;
    for (var parameter : parameters == null ? List.<Parameter>of() : parameters) {
      var meaning = table.parameters().get(parameter.getName());
      if (meaning != null && parameter.getDescription() == null) {
        parameter.description(meaning);
      }
      named |= parameter.getIn() == Parameter.In.PATH;
    }
    boolean reads = method == PathItem.HttpMethod.GET || method == PathItem.HttpMethod.HEAD;
    refusal(operation, "400", "A value is wrong; the message names it and the rule");
    refusal(operation, "401", "The token is unknown, or one is needed");
    if (!reads) {
      refusal(operation, "403", "The token may not do this");
    }
    if (named) {
      refusal(operation, "404", "There is no such thing, or the caller may not know of it");
    }
    refusal(operation, "429", "Too many requests; Retry-After says how many seconds to wait");
  }

  private static void refusal(Operation operation, String status, String meaning) {
    operation
        .getResponses()
        .addAPIResponse(
            status,
            OASFactory.createAPIResponse()
                .description(meaning)
                .content(
                    OASFactory.createContent()
                        .addMediaType(
                            "application/json",
                            OASFactory.createMediaType()
                                .schema(
                                    OASFactory.createSchema()
                                        .ref("#/components/schemas/" + REFUSAL)))));
  }
}
