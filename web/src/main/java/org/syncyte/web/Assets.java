package org.syncyte.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Styles and scripts, read once from the class path.
///
/// All assets share one version, the hash of their bytes, and live under `/assets/<version>/`. A
/// style sheet can therefore name pictures by relative address, and every answer may be cached for
/// ever: other bytes have another address.
public final class Assets {
  private static final String APP = "/web/app/";
  private static final String CHARTS =
      "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.common.min.js";
  private static final String[] MAP = {"map.js", "map-points.js", "map-draw.js"};
  private static final Map<String, Asset> ALL = load();
  private static final String VERSION = version();

  private Assets() {}

  /// One file, ready to be sent.
  ///
  /// @param name file name
  /// @param mediaType value of `Content-Type`
  /// @param bytes content; callers do not change it
  public record Asset(String name, String mediaType, byte[] bytes) {}

  /// Address of a file by its name.
  public static String href(String name) {
    if (!ALL.containsKey(name)) {
      throw new IllegalArgumentException("asset '" + name + "' is none of " + ALL.keySet());
    }
    return "/assets/" + VERSION + "/" + name;
  }

  /// The file, if the version is the current one and such a file exists.
  public static Optional<Asset> find(String version, String name) {
    return version.equals(VERSION) ? Optional.ofNullable(ALL.get(name)) : Optional.empty();
  }

  public static Iterable<Asset> all() {
    return ALL.values();
  }

  private static Map<String, Asset> load() {
    var assets = new LinkedHashMap<String, Asset>();
    for (var name :
        new String[] {
          "site.css",
          "site.js",
          "charts.js",
          "chart-kit.js",
          "evaluation.js",
          "coverage.js",
          "federations.js",
          "h5ad.js",
          "upload.js",
          "sha256.js",
          "mark.svg"
        }) {
      put(assets, name, APP + name);
    }
    for (var name : MAP) {
      put(assets, name, APP + name);
    }
    put(assets, "echarts.js", CHARTS);
    return assets;
  }

  private static void put(Map<String, Asset> assets, String name, String resource) {
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("class path lacks " + resource);
      }
      assets.put(name, new Asset(name, mediaType(name), in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mediaType(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException("no media type for '" + name + "'");
    };
  }

  private static String version() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      ALL.values().forEach(asset -> digest.update(asset.bytes()));
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
