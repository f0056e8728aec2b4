package org.syncyte.worker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Publishes a model folder as one commit.
@Command(
    name = "push",
    mixinStandardHelpOptions = true,
    description = {
      "Publishes a model folder on a hub, as one commit.",
      "Files that the hub already has are not sent again; a broken upload leaves no half commit."
    })
final class Push implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FOLDER", description = "The model folder.")
  private Path folder;

  @Parameters(index = "1", paramLabel = "REPO", description = "namespace/name on the hub.")
  private String repo;

  @Option(
      names = {"-m", "--message"},
      description = "What this version changes (default: ${DEFAULT-VALUE}).",
      defaultValue = "Upload model")
  private String message;

  @Option(
      names = "--revision",
      description = "Branch (default: ${DEFAULT-VALUE}).",
      defaultValue = "main")
  private String revision;

  @Option(names = "--private", description = "Make a new repository private.")
  private boolean isPrivate;

  @Mixin private HubOptions hub;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() throws IOException {
    var files = files(folder);
    long total = 0;
    for (var file : files.values()) {
      total += Files.size(file);
    }
    var client = hub.client();
    String address = client.create(repo, isPrivate);
    try (var bar = output.progress("push", total)) {
      var sent = new Transfer(bar);
      var commit = client.push(repo, revision, files, message, sent);
      bar.at(total, ProgressBar.bytes(total));
      output.result(
          commit.changed()
              ? "%s%ncommit %s, %d files, %s"
                  .formatted(address, commit.id(), files.size(), ProgressBar.bytes(total))
              : address + "\nnothing to do: the hub has these files already",
          Map.of(
              "url", address,
              "commit", commit.id(),
              "changed", commit.changed(),
              "files", files.size(),
              "bytes", total));
    }
    return 0;
  }

  private static Map<String, Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          folder + " is not a folder; give the folder that 'syncyte train' or 'export' wrote");
    }
    var files = new TreeMap<String, Path>();
    try (var found = Files.walk(folder)) {
      found
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .forEach(file -> files.put(folder.relativize(file).toString().replace('\\', '/'), file));
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(folder + " holds no files");
    }
    return files;
  }
}
