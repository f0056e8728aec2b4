package org.syncyte.hub.hfapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.blob.BlobStore;
import org.syncyte.hub.repo.Operation;

/// A commit as sent: one JSON object per line, `{"key": …, "value": {…}}`.
///
/// A line may carry a whole file in base64, so the body is never held: content is decoded as it
/// arrives, straight into the blob store.
final class CommitBody {
  private static final int MAX_OPERATIONS = 25_000;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(20)
                  .maxStringLength(1 << 20)
                  .maxNumberLength(30)
                  .build())
          .build();

  private final BlobStore blobs;
  private final long maxFile;
  private final List<Operation> operations = new ArrayList<>();
  private final List<BlobStore.Stored> received = new ArrayList<>();
  private String summary = "";
  private String description = "";
  private @Nullable String parent;

  private CommitBody(BlobStore blobs, long maxFile) {
    this.blobs = blobs;
    this.maxFile = maxFile;
  }

  static CommitBody read(InputStream body, BlobStore blobs, long maxFile) {
    var commit = new CommitBody(blobs, maxFile);
    try (var parser = JSON.createParser(body)) {
      while (parser.nextToken() != null) {
        commit.line(parser);
      }
    } catch (JsonProcessingException bad) {
      throw bad("not valid JSON: " + bad.getOriginalMessage());
    } catch (IOException broken) {
      throw bad("the connection broke off");
    }
    return commit;
  }

  List<Operation> operations() {
    return operations;
  }

  /// Content that came with the commit.
  List<BlobStore.Stored> received() {
    return received;
  }

  String summary() {
    return summary;
  }

  String description() {
    return description;
  }

  @Nullable String parent() {
    return parent;
  }

  /// A digest of what the commit does, by which a repeated request is recognised.
  String digest() {
    try {
      var text = operations + "\n" + summary + "\n" + description;
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void line(JsonParser parser) throws IOException {
    expect(parser.currentToken(), JsonToken.START_OBJECT);
    String key = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("key")) {
        key = string(parser);
      } else if (field.equals("value")) {
        if (key == null) {
          throw bad("\"key\" must come before \"value\"");
        }
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        value(key, parser);
      } else {
        parser.skipChildren();
      }
    }
    expect(parser.currentToken(), JsonToken.END_OBJECT);
  }

  private void value(String key, JsonParser parser) throws IOException {
    String path = null;
    String oid = null;
    String encoding = "base64";
    BlobStore.Stored content = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "content" -> content = key.equals("file") ? content(parser) : null;
        case "path" -> path = string(parser);
        case "oid" -> oid = string(parser);
        case "encoding" -> encoding = string(parser);
        case "summary" -> summary = string(parser);
        case "description" -> description = text(parser);
        case "parentCommit" -> parent = parser.getValueAsString();
        default -> parser.skipChildren();
      }
    }
    expect(parser.currentToken(), JsonToken.END_OBJECT);
    if (key.equals("header")) {
      return;
    }
    if (path == null) {
      throw bad("a line of kind '" + key + "' has no path");
    }
    if (operations.size() == MAX_OPERATIONS) {
      throw bad("more than " + MAX_OPERATIONS + " operations; split the commit");
    }
    switch (key) {
      case "file" -> {
        if (content == null || !encoding.equals("base64")) {
          throw bad("'" + path + "' needs content in base64");
        }
        operations.add(new Operation.PutFile(path, content.sha256(), content.size()));
      }
      case "lfsFile" -> {
        if (oid == null || !BlobStore.isSha256(oid)) {
          throw bad("'" + path + "' needs oid, a SHA-256 in lower-case hex");
        }
        operations.add(new Operation.PutLarge(path, oid));
      }
      case "deletedFile" -> operations.add(new Operation.DeleteFile(path));
      case "deletedFolder" -> operations.add(new Operation.DeleteFolder(path));
      default -> throw bad("unknown kind of line '" + key + "'");
    }
  }

  private BlobStore.Stored content(JsonParser parser) throws IOException {
    expect(parser.currentToken(), JsonToken.VALUE_STRING);
    try (var target = blobs.receive(maxFile)) {
      parser.readBinaryValue(target);
      var stored = target.keep(null, -1);
      received.add(stored);
      return stored;
    }
  }

  private static String text(JsonParser parser) throws IOException {
    return parser.currentToken() == JsonToken.VALUE_NULL ? "" : string(parser);
  }

  private static String string(JsonParser parser) throws IOException {
    expect(parser.currentToken(), JsonToken.VALUE_STRING);
    return parser.getText().replace("\0", "\uFFFD");
  }

  private static void expect(@Nullable JsonToken found, JsonToken wanted) {
    if (found != wanted) {
      throw bad("expected " + wanted + ", found " + found);
    }
  }

  private static HubException bad(String why) {
    return new HubException(ErrorCode.BAD_REQUEST, "commit: " + why);
  }
}
