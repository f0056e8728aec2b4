package org.syncyte.hub.s3;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.blob.PartStore;

/// Begins, feeds, completes and aborts uploads in parts. A part's tag is its SHA-256.
@ApplicationScoped
class S3Multipart {
  static final int MAX_PARTS = 10_000;
  private final S3Objects objects;
  private final S3Uploads uploads;
  private final PartStore parts;
  private final HubSettings settings;
  private final S3Settings own;

  S3Multipart(
      S3Objects objects, S3Uploads uploads, PartStore parts, HubSettings settings, S3Settings own) {
    this.objects = objects;
    this.uploads = uploads;
    this.parts = parts;
    this.settings = settings;
    this.own = own;
  }

  String begin(S3Key key, Caller caller) {
    return uploads.begin(key, objects.mayWrite(key, caller));
  }

  /// Stores a part; returns its tag.
  String put(S3Key key, String id, int number, Payload payload, Caller caller) {
    objects.mayWrite(key, caller);
    var upload = uploads.open(id, key, caller);
    if (payload.length() > own.part()) {
      throw new S3Refusal(S3Code.EntityTooLarge, "a part may have " + own.part() + " bytes");
    }
    String sha256;
    try {
      sha256 = parts.put(upload.folder(), number, payload, payload.length(), payload.sha256());
    } catch (HubException refusal) {
      throw refusal.code() == ErrorCode.BAD_REQUEST
          ? new S3Refusal(S3Code.XAmzContentSHA256Mismatch, refusal.sentence())
          : refusal;
    }
    uploads.add(upload, number, sha256, payload.length());
    return '"' + sha256 + '"';
  }

  S3Objects.Written complete(S3Key key, String id, InputStream body, Caller caller) {
    objects.mayWrite(key, caller);
    var upload = uploads.open(id, key, caller);
    var before = uploads.result(upload);
    if (before.isPresent()) {
      return before.get();
    }
    var numbers = chosen(Xml.items(body, "Part"), uploads.parts(upload));
    var stored = parts.join(upload.folder(), numbers, settings.limits().file());
    var written = objects.write(key, stored, null, caller);
    uploads.finish(upload, written);
    parts.drop(upload.folder());
    return written;
  }

  private static List<Integer> chosen(
      List<Map<String, String>> listed, List<S3Uploads.Part> present) {
    if (listed.isEmpty()) {
      throw new S3Refusal(S3Code.MalformedXML, "no part is listed");
    }
    var byNumber =
        present.stream().collect(Collectors.toMap(S3Uploads.Part::number, Function.identity()));
    var numbers = new ArrayList<Integer>();
    for (var one : listed) {
      int number = number(one.get("PartNumber"));
      var part = byNumber.get(number);
      String etag = one.getOrDefault("ETag", "").replace("\"", "");
      if (part == null || !part.sha256().equals(etag)) {
        throw new S3Refusal(
            S3Code.InvalidPart, "part " + number + " is not there, or its ETag is another");
      }
      if (!numbers.isEmpty() && number <= numbers.getLast()) {
        throw new S3Refusal(S3Code.InvalidPartOrder, "parts must be listed in ascending order");
      }
      numbers.add(number);
    }
    return numbers;
  }

  private static int number(@Nullable String text) {
    try {
      return Integer.parseInt(String.valueOf(text));
    } catch (NumberFormatException _) {
      throw new S3Refusal(S3Code.MalformedXML, "PartNumber '" + text + "' is not a number");
    }
  }

  void abort(S3Key key, String id, Caller caller) {
    var upload = uploads.open(id, key, caller);
    uploads.forget(upload);
    parts.drop(upload.folder());
  }

  List<S3Uploads.Part> parts(S3Key key, String id, Caller caller) {
    return uploads.parts(uploads.open(id, key, caller));
  }

  List<S3Uploads.Upload> openIn(String bucket, Caller caller) {
    return uploads.openIn(bucket, caller);
  }
}
