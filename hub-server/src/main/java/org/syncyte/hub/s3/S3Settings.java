package org.syncyte.hub.s3;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// How buckets behave.
@ConfigMapping(prefix = "syncyte.hub.s3")
interface S3Settings {
  /// A repository that comes into being because an object was put into it is private.
  @WithDefault("true")
  boolean newRepositoriesPrivate();

  /// A part of an object may not be larger.
  @WithDefault("5368709120")
  long part();
}
