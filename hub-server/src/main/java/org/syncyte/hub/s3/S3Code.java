package org.syncyte.hub.s3;

/// Why a request was refused, in the words that S3 clients know. The constant's name is the code.
enum S3Code {
  AccessDenied(403),
  AuthorizationHeaderMalformed(400),
  BadDigest(400),
  BucketAlreadyExists(409),
  EntityTooLarge(400),
  IncompleteBody(400),
  InternalError(500),
  InvalidAccessKeyId(403),
  InvalidArgument(400),
  InvalidDigest(400),
  InvalidPart(400),
  InvalidPartOrder(400),
  InvalidRange(416),
  MalformedXML(400),
  MethodNotAllowed(405),
  MissingContentLength(411),
  NoSuchBucket(404),
  NoSuchKey(404),
  NoSuchUpload(404),
  NoSuchVersion(404),
  NotImplemented(501),
  PreconditionFailed(412),
  RequestTimeTooSkewed(403),
  ServiceUnavailable(503),
  SignatureDoesNotMatch(403),
  SlowDown(503),
  XAmzContentSHA256Mismatch(400);

  private final int status;

  S3Code(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }
}
