package org.syncyte.hub.trust;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.CardDetails;
import org.syncyte.cards.CardDocument;
import org.syncyte.cards.CardMerge;
import org.syncyte.cards.CardWriter;
import org.syncyte.cards.HubMetadata;
import org.syncyte.cards.ModelCard;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.RepoId;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Revisions;

/// A model's card for programs, and the card that its files would give.
@Path("/api/models/{namespace}/{name}")
@RunOnVirtualThread
class CardDocumentRoutes {
  private final Repos repos;
  private final Revisions revisions;
  private final BlobStore blobs;
  private final TrustSettings settings;
  private final CurrentCaller current;

  CardDocumentRoutes(
      Repos repos,
      Revisions revisions,
      BlobStore blobs,
      TrustSettings settings,
      CurrentCaller current) {
    this.repos = repos;
    this.revisions = revisions;
    this.blobs = blobs;
    this.settings = settings;
    this.current = current;
  }

  @GET
  @Path("card.json")
  public CardDocument newest(
      @PathParam("namespace") String namespace, @PathParam("name") String name) throws IOException {
    return document(namespace, name, "main");
  }

  @GET
  @Path("card/{revision}")
  public CardDocument document(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision)
      throws IOException {
    try (var subject = subject(namespace, name, revision)) {
      return CardDocument.of(card(subject), subject.model());
    } catch (IllegalArgumentException none) {
      throw new HubException(ErrorCode.NOT_FOUND, String.valueOf(none.getMessage()), none);
    }
  }

  /// The card brought up to date with the files, as Markdown; the author's words are kept.
  @GET
  @Path("card-draft/{revision}")
  @Produces("text/markdown; charset=utf-8")
  public String draft(
      @PathParam("namespace") String namespace,
      @PathParam("name") String name,
      @PathParam("revision") String revision)
      throws IOException {
    try (var subject = subject(namespace, name, revision)) {
      var model = subject.model();
      if (model == null) {
        throw new HubException(
            ErrorCode.NOT_FOUND, "No card can be made: " + subject.modelProblem());
      }
      var generated = CardWriter.write(model, CardDetails.of("unknown", anndata(subject)));
      var author = card(subject);
      return (author == null ? generated : CardMerge.merge(author, generated)).text();
    }
  }

  private Subject subject(String namespace, String name, String revision) {
    var repo = repos.readFiles(new RepoId(namespace, name), current.caller());
    var found = revisions.resolve(repo, revision);
    return new Subject(found, revisions.files(found), blobs, settings);
  }

  private static String anndata(Subject subject) throws IOException {
    var text = subject.text(HubMetadata.FILE);
    try {
      return text == null ? "unknown" : HubMetadata.parse(text).anndataVersion();
    } catch (IllegalArgumentException unreadable) {
      return "unknown";
    }
  }

  private static @Nullable ModelCard card(Subject subject) throws IOException {
    var text = subject.text("README.md");
    if (text == null) {
      return null;
    }
    try {
      return ModelCard.parse(text);
    } catch (IllegalArgumentException unreadable) {
      return new ModelCard(java.util.Map.of(), text);
    }
  }
}
