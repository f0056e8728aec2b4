package org.syncyte.hub.pages;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.syncyte.cards.CardDetails;
import org.syncyte.cards.CardPage;
import org.syncyte.cards.CardWriter;
import org.syncyte.cards.ModelCard;
import org.syncyte.cards.checkpoint.TorchArchive;
import org.syncyte.cards.privacy.MapRules;
import org.syncyte.cards.results.Evaluation;
import org.syncyte.cards.results.Importance;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.EntryView;
import org.syncyte.hub.repo.Revision;
import org.syncyte.hub.repo.Revisions;
import org.syncyte.web.LatentMap;
import org.syncyte.web.MapImage;
import org.syncyte.web.MapPoints;
import org.syncyte.web.ProofView;

/// What a model's files say, read within bounds and remembered by the hash of their content.
///
/// A file that cannot be read leaves a gap in the page, never an error: uploads are not ours. That
/// a file was unreadable is remembered too, so that it costs its price once.
@ApplicationScoped
class ModelFiles {
  private static final Logger LOG = Logger.getLogger(ModelFiles.class);
  private static final long MAX_TEXT = 1 << 20;
  private static final long MAX_JSON = 16 << 20;
  private static final long MAX_MODEL = 1L << 30;
  private static final long MAPS = 48 << 20;
  private static final long POINTS = 32 << 20;
  private final Revisions revisions;
  private final BlobStore blobs;
  private final Cache<String, Optional<ModelFacts>> facts = cache(500);
  private final Cache<String, Optional<TrainingFile>> trainings = cache(500);
  private final Cache<String, Optional<ProofFile>> proofs = cache(2_000);
  private final Cache<String, Optional<ResultFile<Evaluation>>> evaluations = cache(200);
  private final Cache<String, Optional<ResultFile<Importance>>> importances = cache(200);
  private final Cache<String, Optional<LatentMap>> maps =
      heavy(MAPS, map -> map.map(LatentMap::weight).orElse(0));
  private final Cache<String, Optional<byte[]>> points =
      heavy(POINTS, bytes -> bytes.map(found -> found.length).orElse(0));
  private final Cache<String, Optional<String>> generated = cache(200);
  private final Cache<String, Optional<String>> images = cache(1_000);

  ModelFiles(Revisions revisions, BlobStore blobs) {
    this.revisions = revisions;
    this.blobs = blobs;
  }

  private static <T> Cache<String, Optional<T>> cache(int size) {
    return Caffeine.newBuilder().maximumSize(size).build();
  }

  private static <T> Cache<String, Optional<T>> heavy(
      long bytes, ToIntFunction<Optional<T>> weight) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .<String, Optional<T>>weigher((_, value) -> 200 + weight.applyAsInt(value))
        .build();
  }

  /// The files of a revision that pages look into, by name.
  Map<String, EntryView> known(Revision revision) {
    var names =
        java.util.List.of(
            "README.md",
            "model.pt",
            "model.onnx",
            "expression.onnx",
            "labels.onnx",
            "adata.h5ad",
            LatentMapFile.NAME,
            TrainingFile.NAME,
            ProofFile.NAME,
            Evaluation.FILE,
            Importance.FILE);
    return revisions.entries(revision, names).stream()
        .filter(entry -> !entry.directory())
        .collect(Collectors.toMap(EntryView::path, Function.identity()));
  }

  Optional<ModelFacts> facts(@Nullable EntryView model) {
    return read(
        facts,
        model,
        MAX_MODEL,
        file -> ModelFacts.of(TorchArchive.read(blobs.path(file.content()))));
  }

  Optional<TrainingFile> training(@Nullable EntryView file) {
    return read(trainings, file, MAX_JSON, found -> TrainingFile.read(bytes(found)));
  }

  /// The proof among these files, held against the others.
  Optional<ProofView> proof(Map<String, EntryView> known) {
    return read(proofs, known.get(ProofFile.NAME), MAX_TEXT, found -> ProofFile.read(bytes(found)))
        .map(proof -> proof.beside(known));
  }

  Optional<ResultFile<Evaluation>> evaluation(@Nullable EntryView file) {
    return result(evaluations, file, Evaluation::read);
  }

  Optional<ResultFile<Importance>> importance(@Nullable EntryView file) {
    return result(importances, file, Importance::read);
  }

  /// Unlike other files these say why they are not shown.
  private <T> Optional<ResultFile<T>> result(
      Cache<String, Optional<ResultFile<T>>> cache,
      @Nullable EntryView file,
      Function<byte[], T> reader) {
    if (file != null && file.size() > MAX_TEXT) {
      return Optional.of(ResultFile.broken(file.path() + " is larger than a megabyte"));
    }
    return read(
        cache,
        file,
        MAX_TEXT,
        found -> {
          try {
            return ResultFile.of(reader.apply(bytes(found)));
          } catch (IllegalArgumentException unreadable) {
            return ResultFile.broken(String.valueOf(unreadable.getMessage()));
          }
        });
  }

  Optional<LatentMap> map(@Nullable EntryView file) {
    return read(
        maps,
        file,
        MapRules.MAX_BYTES,
        found -> {
          try (var in = Files.newInputStream(blobs.path(found.content()))) {
            return MapColumns.shown(LatentMapFile.read(in));
          }
        });
  }

  /// The map as a browser draws it, compressed.
  ///
  /// @param by the column wanted, or null for the places of the cells
  Optional<byte[]> points(@Nullable EntryView file, @Nullable String by) {
    if (file == null) {
      return Optional.empty();
    }
    return points.get(
        file.content() + " " + (by == null ? "" : "by " + by),
        _ ->
            map(file)
                .filter(map -> by == null || map.columns().contains(by))
                .map(map -> by == null ? MapPoints.places(map) : MapPoints.column(map, by))
                .map(Gzip::packed));
  }

  /// The map as a picture; `small` is for lists.
  Optional<String> image(@Nullable EntryView file, String by, boolean small) {
    if (file == null) {
      return Optional.empty();
    }
    return images.get(
        file.content() + " " + small + " " + by,
        _ ->
            map(file)
                .filter(map -> map.columns().contains(by))
                .map(map ->
                    small ? MapImage.svg(map, by, 500, 26) : MapImage.svg(map, by, 4000, 9)));
  }

  /// The card as safe HTML, its links below `base`.
  Optional<String> card(@Nullable EntryView readme, String base) {
    return text(readme)
        .map(text -> {
          ModelCard card;
          try {
            card = ModelCard.parse(text);
          } catch (IllegalArgumentException unreadable) {
            card = new ModelCard(Map.of(), text);
          }
          try {
            return CardPage.html(card, base);
          } catch (IllegalArgumentException unshowable) {
            LOG.debugf("a card is not shown: %s", unshowable.getMessage());
            return "";
          }
        })
        .filter(html -> !html.isBlank());
  }

  /// The card that the files of a model give by themselves, as safe HTML.
  Optional<String> generated(@Nullable EntryView model) {
    return read(
        generated,
        model,
        MAX_MODEL,
        file ->
            CardPage.html(
                CardWriter.write(
                    TorchArchive.read(blobs.path(file.content())),
                    CardDetails.of("unknown", "unknown"))));
  }

  /// What the card says first, as plain text.
  Optional<String> opening(@Nullable EntryView readme) {
    return text(readme).map(Words::opening).filter(text -> !text.isBlank());
  }

  /// A file as text, if it is short and valid UTF-8 without control characters.
  Optional<String> text(@Nullable EntryView file) {
    if (file == null || file.size() > MAX_TEXT) {
      return Optional.empty();
    }
    var bytes = bytes(file);
    for (var b : bytes) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString());
    } catch (java.nio.charset.CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private interface Reader<T> {
    T read(EntryView file) throws IOException;
  }

  private static <T> Optional<T> read(
      Cache<String, Optional<T>> cache, @Nullable EntryView file, long max, Reader<T> reader) {
    if (file == null || file.size() > max) {
      return Optional.empty();
    }
    return cache.get(
        file.content(),
        _ -> {
          try {
            return Optional.of(reader.read(file));
          } catch (IllegalArgumentException unreadable) {
            LOG.debugf("%s is kept but not shown: %s", file.path(), unreadable.getMessage());
            return Optional.empty();
          } catch (IOException failure) {
            throw new UncheckedIOException(failure);
          }
        });
  }

  private byte[] bytes(EntryView file) {
    try {
      return Files.readAllBytes(blobs.path(file.content()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
