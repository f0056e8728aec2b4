package org.syncyte.hub.repo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.hibernate.StatelessSession;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.blob.BlobStore;

/// Keeps what lists and searches show in step with the newest commit on main.
@ApplicationScoped
class Listing {
  private static final Logger LOG = Logger.getLogger(Listing.class);
  private static final int MAX = 1 << 20;
  private static final int MAX_WORDS = 100_000;
  private final RepoRepository repos;
  private final TreeRepository trees;
  private final StatelessSession session;
  private final BlobStore blobs;
  private final ObjectMapper json;

  Listing(
      RepoRepository repos,
      TreeRepository trees,
      StatelessSession session,
      BlobStore blobs,
      ObjectMapper json) {
    this.session = session;
    this.repos = repos;
    this.trees = trees;
    this.blobs = blobs;
    this.json = json;
  }

  void refresh(long repoKey, Commit commit, Tree tree) {
    var repo = Repos.locked(session, repoKey).orElseThrow();
    var facts = facts(tree.files().get("README.md"));
    var tags = facts.tags();
    addModelFacts(tree.files().get("_scvi_required_metadata.json"), tags);
    repo.head = commit.oid;
    repo.updatedAt = commit.createdAt;
    repo.library = facts.string("library_name");
    repo.pipelineTag = facts.string("pipeline_tag");
    repo.card = write(facts);
    repo.excerpt = facts.excerpt().replace("\0", "");
    repo.complete =
        tree.files().containsKey("model.pt") || tree.files().containsKey("model.safetensors");
    repo.usedStorage = trees.storage(repoKey);
    repos.update(repo);
    words(repoKey, facts, tags);
    repos.clearTags(repoKey);
    tags.stream()
        .filter(tag -> !tag.isBlank() && tag.length() <= 300 && !Labels.OWN.contains(facet(tag)))
        .limit(500)
        .forEach(tag -> repos.insert(row(repoKey, tag)));
  }

  /// What a search by words looks into: the tags weigh more than the text.
  private void words(long repoKey, CardFacts facts, java.util.Set<String> tags) {
    String text = facts.text().replace("\0", "");
    session
        .createNativeMutationQuery(
            """
            insert into repo_text (repo_id, document) values (:repo,
              setweight(to_tsvector('english', :tags), 'A') || setweight(to_tsvector('english', :text), 'C'))
            on conflict (repo_id) do update set document = excluded.document
            """)
        .setParameter("repo", repoKey)
        .setParameter("tags", String.join(" ", tags).replace("\0", "").replaceAll("[:_/]", " "))
        .setParameter("text", text.length() > MAX_WORDS ? text.substring(0, MAX_WORDS) : text)
        .executeUpdate();
  }

  private CardFacts facts(@Nullable EntryView readme) {
    String text = text(readme);
    if (text == null) {
      return CardFacts.NONE;
    }
    try {
      return CardFacts.read(text);
    } catch (IllegalArgumentException unreadable) {
      LOG.debugf("a card is kept but not searchable: %s", unreadable.getMessage());
      return CardFacts.NONE;
    }
  }

  private void addModelFacts(@Nullable EntryView metadata, java.util.Set<String> tags) {
    String text = text(metadata);
    if (text == null) {
      return;
    }
    try {
      var tree = json.readTree(text);
      for (String key : List.of("model_cls_name", "scvi_version", "anndata_version")) {
        String value = tree.path(key).asText("");
        if (!value.isEmpty() && tags.stream().noneMatch(tag -> tag.startsWith(key + ":"))) {
          tags.add(key + ":" + value);
        }
      }
    } catch (JsonProcessingException unreadable) {
      LOG.debugf("metadata is kept but not searchable: %s", unreadable.getOriginalMessage());
    }
  }

  private @Nullable String text(@Nullable EntryView file) {
    if (file == null || file.size() > MAX) {
      return null;
    }
    try {
      return new String(Files.readAllBytes(blobs.path(file.content())), StandardCharsets.UTF_8)
          .replace("\0", "");
    } catch (IOException failure) {
      throw new IllegalStateException("stored content cannot be read: " + file.content(), failure);
    }
  }

  private String write(CardFacts facts) {
    try {
      return json.writeValueAsString(facts.card()).replace("\\u0000", "");
    } catch (JsonProcessingException failure) {
      throw new IllegalStateException(failure);
    }
  }

  static RepoTag row(long repoKey, String tag) {
    var row = new RepoTag();
    row.repoId = repoKey;
    row.tag = tag.replace("\0", "");
    row.facet = facet(tag);
    row.number = number(tag.substring(tag.indexOf(':') + 1));
    return row;
  }

  static String facet(String tag) {
    int colon = tag.indexOf(':');
    return colon < 0 || colon > 100 ? "" : tag.substring(0, colon);
  }

  private static @Nullable Double number(String value) {
    try {
      double number = Double.parseDouble(value);
      return Double.isFinite(number) ? number : null;
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
