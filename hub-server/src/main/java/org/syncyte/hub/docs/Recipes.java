package org.syncyte.hub.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.syncyte.web.DocsPage.Recipe;
import org.syncyte.web.Snippet;

/// Programs to copy, each a file of its own. `{hub}` in it stands for the address of the hub.
public final class Recipes {
  private static final String SHIM = "schub.py";

  private Recipes() {}

  /// @param hub the hub's address as the reader sees it
  public static List<Recipe> all(String hub) {
    return List.of(
        recipe(
            hub, "python", "Python", "Python", "python.py", true, "Makes a model, and fetches it."),
        recipe(
            hub,
            "scvi",
            "scvi-tools",
            "Python",
            "scvi.py",
            false,
            "Loads a model with its cells. The name is the one of the demo; take any other."),
        recipe(
            hub,
            "reticulate",
            "R",
            "R",
            "reticulate.R",
            false,
            "The Python client from R, through reticulate."),
        recipe(
            hub,
            "javascript",
            "JavaScript",
            "JavaScript",
            "javascript.mjs",
            true,
            "Node 20 or later, or a browser with a bundler."),
        recipe(
            hub,
            "curl",
            "curl",
            "Shell",
            "curl.sh",
            true,
            "The same with nothing but the protocol."),
        recipe(
            hub,
            "boto3",
            "S3 with boto3",
            "Python",
            "boto3.py",
            true,
            "Every write is a commit; a model made by a write is private."),
        recipe(
            hub,
            "aws",
            "S3 with aws",
            "Shell",
            "aws.sh",
            false,
            "The command line of AWS, with names to replace by yours."),
        recipe(
            hub,
            "airgapped",
            "No internet",
            "Python",
            "airgapped.py",
            true,
            "The client checks cards at an address of its own; schub.py, which this hub serves, keeps it here."));
  }

  /// `schub.py`, which keeps clients at this hub.
  public static String shim() {
    return text("/docs/" + SHIM);
  }

  private static Recipe recipe(
      String hub,
      String id,
      String label,
      String language,
      String file,
      boolean tested,
      String about) {
    var text = text("/docs/recipes/" + file).replace("{hub}", hub);
    return new Recipe(id, about, tested, new Snippet(label, language, text));
  }

  private static String text(String resource) {
    try (InputStream in = Recipes.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("class path lacks " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
