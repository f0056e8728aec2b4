package org.syncyte.models;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.syncyte.models.nn.Weights;

/// The models by their published class names.
public final class Catalogue {
  private Catalogue() {}

  public static List<String> names() {
    return List.of("SCVI", "SCANVI", "TOTALVI", "TOTALANVI", "CYTOVI");
  }

  /// Those that several sites can train together.
  public static List<String> federated() {
    return List.of("SCVI");
  }

  /// Builds a model over weights.
  ///
  /// @param modelClass published class name, such as `SCVI`
  /// @param config constructor arguments by their published names; absent ones take defaults
  /// @throws IllegalArgumentException if the class or an argument is unknown
  public static Model build(
      String modelClass, Map<String, String> config, Summary data, Weights weights) {
    return switch (modelClass) {
      case "SCVI" -> new Scvi(Scvi.Config.of(config), data, weights);
      case "SCANVI" -> new Scanvi(Scanvi.Config.of(config), data, weights);
      case "TOTALVI" -> new Totalvi(Totalvi.Config.of(config), data, weights);
      case "TOTALANVI" -> new Totalanvi(Totalanvi.Config.of(config), data, weights);
      case "CYTOVI" -> new Cytovi(Cytovi.Config.of(config), data, weights);
      default ->
          throw new IllegalArgumentException(
              "model class '%s' is not in the catalogue; it holds %s"
                  .formatted(modelClass, names()));
    };
  }

  /// The arguments of the class's own constructor with their values, in published order; all other
  /// arguments are keywords that it hands on.
  static Map<String, String> constructorArguments(String modelClass, Map<String, String> config) {
    return switch (modelClass) {
      case "SCVI" -> Scvi.Config.of(config).constructorArguments();
      case "SCANVI" -> Scanvi.Config.of(config).constructorArguments();
      case "TOTALVI" -> Totalvi.Config.of(config).constructorArguments();
      case "TOTALANVI" -> Totalanvi.Config.of(config).constructorArguments();
      case "CYTOVI" -> Cytovi.Config.of(config).constructorArguments();
      default -> throw new IllegalArgumentException("model class '" + modelClass + "'");
    };
  }

  /// Whether the class learns from labels of some cells, and so must know which label means none.
  static boolean semiSupervised(String modelClass) {
    return modelClass.equals("SCANVI") || modelClass.equals("TOTALANVI");
  }

  /// Whether the class models surface proteins beside the genes.
  public static boolean proteins(String modelClass) {
    return modelClass.equals("TOTALVI") || modelClass.equals("TOTALANVI");
  }

  /// Whether the class reads real values of protein markers, not counts.
  public static boolean readsMarkers(String modelClass) {
    return modelClass.equals("CYTOVI");
  }

  /// Prefix of the names under which minified data keep what the class made of them.
  public static String minifiedPrefix(String modelClass) {
    return modelClass.equals("TOTALANVI") ? "totalvi" : modelClass.toLowerCase(Locale.ROOT);
  }

  /// What the class calls the keywords that it hands on.
  static String keywords(String modelClass) {
    return modelClass.equals("SCVI") ? "kwargs" : "model_kwargs";
  }
}
