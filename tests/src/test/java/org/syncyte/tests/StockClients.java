package org.syncyte.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The hub's users: unmodified clients in several versions, each with a script of ours that drives
/// it. Whatever is not installed yet is installed below `target`, from the indexes this machine is
/// set up with. A client that cannot be had is a failure, never a silent gap.
final class StockClients {
  private static final Path SCRIPTS = Path.of("src", "test", "clients").toAbsolutePath();
  private static final Path INSTALLED = Path.of("target", "clients").toAbsolutePath();

  private StockClients() {}

  /// A client as a column of the matrix: what to run, before the common arguments and after.
  record Client(
      String name, List<String> command, List<String> after, Map<String, String> environment) {
    Client {
      command = List.copyOf(command);
      after = List.copyOf(after);
      environment = Map.copyOf(environment);
    }

    Command run(String step, String endpoint, String token, String repo, Path folder) {
      var all = new ArrayList<>(command);
      all.addAll(List.of(step, endpoint, token, repo, folder.toString()));
      all.addAll(after);
      var builder = new ProcessBuilder(all);
      builder.environment().remove("HF_HUB_DISABLE_XET");
      builder.environment().remove("HF_TOKEN");
      builder.environment().put("TMPDIR", folder.resolveSibling("tmp").toString());
      builder.environment().putAll(environment);
      return Command.run(builder);
    }
  }

  static List<Client> all(int tokenNumber) throws IOException {
    var clients = new ArrayList<Client>();
    var pythons = new LinkedHashMap<String, String>();
    String newest = newestPython();
    pythons.put("2", newest);
    pythons.put("1", python("SYNCYTE_PYTHON_1", "huggingface-hub<2", "hf-xet"));
    pythons.forEach((_, python) -> {
      String name = "huggingface_hub " + version(python, "huggingface_hub");
      var command = List.of(python, SCRIPTS.resolve("matrix_hub.py").toString());
      clients.add(new Client(name + ", Xet", command, List.of(), Map.of()));
      clients.add(
          new Client(name + ", LFS", command, List.of(), Map.of("HF_HUB_DISABLE_XET", "1")));
    });
    String modules = modules();
    for (String transfer : List.of("lfs", "xet")) {
      clients.add(
          new Client(
              "@huggingface/hub "
                  + packageVersion(modules)
                  + (transfer.equals("lfs") ? ", LFS" : ", Xet offered"),
              List.of("node", SCRIPTS.resolve("matrix.mjs").toString()),
              List.of(transfer),
              Map.of("SYNCYTE_NODE_MODULES", modules)));
    }
    clients.add(
        new Client(
            "boto3 " + version(newest, "boto3"),
            List.of(newest, SCRIPTS.resolve("matrix_s3.py").toString()),
            List.of(),
            Map.of("SYNCYTE_TOKEN_NUMBER", Integer.toString(tokenNumber))));
    clients.add(
        new Client(
            "curl",
            List.of("bash", SCRIPTS.resolve("matrix_curl.sh").toString()),
            List.of(),
            Map.of()));
    return clients;
  }

  /// An interpreter with the newest Python client, which uploads in chunks unless told otherwise.
  static String newestPython() throws IOException {
    return python("SYNCYTE_PYTHON", "huggingface-hub>=2", "hf-xet", "boto3");
  }

  /// An interpreter with these packages: the one named by the variable, if it has them.
  private static String python(String variable, String... packages) throws IOException {
    String given = System.getProperty(variable, System.getenv(variable));
    if (given != null && !given.isBlank()) {
      return given;
    }
    Path home = INSTALLED.resolve(variable.toLowerCase(java.util.Locale.ROOT));
    Path python = home.resolve("bin/python");
    if (!Files.exists(home.resolve("ready"))) {
      Files.createDirectories(INSTALLED);
      must("python3", "-m", "venv", "--clear", home.toString());
      var install = new ArrayList<>(List.of(python.toString(), "-m", "pip", "install", "--quiet"));
      install.addAll(List.of(packages));
      must(install.toArray(String[]::new));
      Files.createFile(home.resolve("ready"));
    }
    return python.toString();
  }

  /// Where Node.js finds the JavaScript packages that the tests use.
  static String modules() throws IOException {
    @Nullable String given = System.getenv("SYNCYTE_NODE_MODULES");
    if (given != null && !given.isBlank()) {
      return given;
    }
    Path home = INSTALLED.resolve("node");
    if (!Files.exists(home.resolve("ready"))) {
      Files.createDirectories(home);
      must(
          "npm",
          "install",
          "--silent",
          "--no-audit",
          "--no-fund",
          "--prefix",
          home.toString(),
          "@huggingface/hub",
          "axe-core");
      Files.createFile(home.resolve("ready"));
    }
    return home.resolve("node_modules").toString();
  }

  private static String version(String python, String module) {
    return must(python, "-c", "import %1$s; print(%1$s.__version__)".formatted(module)).strip();
  }

  private static String packageVersion(String modules) {
    return must(
            "node", "-p", "require('%s/@huggingface/hub/package.json').version".formatted(modules))
        .strip();
  }

  private static String must(String... command) {
    var done = Command.run(new ProcessBuilder(command));
    if (done.code() != 0) {
      throw new IllegalStateException(
          "a stock client cannot be installed or run (%s); ./syncyte test gets what is missing:%n%s%s"
              .formatted(String.join(" ", command), done.out(), done.err()));
    }
    return done.out();
  }
}
