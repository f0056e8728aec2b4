package org.syncyte.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.syncyte.anndata.AnnData;
import org.syncyte.anndata.Column;
import org.syncyte.anndata.DataFrame;
import org.syncyte.anndata.Dense;
import org.syncyte.anndata.h5ad.H5ad;

/// Whatever a user gets wrong ends with one sentence that says what, and an exit code that scripts
/// see; nothing is left half-written.
final class BadInputTest {
  private static final int CELLS = 120;
  private static final int GENES = 60;

  @TempDir private static Path folder;

  private static Path good;
  private static Path model;

  @BeforeAll
  static void trainSomethingGood() {
    good = write("good.h5ad", "gene", counts());
    model = folder.resolve("model");
    var run = train(good, model, "--with-latents", "--labels-key", "cell_type");
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void refusesAFileThatIsNoH5ad() throws IOException {
    var file = Files.writeString(folder.resolve("text.h5ad"), "CELL,GENE\n1,2\n".repeat(500));
    refused(train(file, output()), "text.h5ad");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    refused(train(folder.resolve("nowhere.h5ad"), output()), "nowhere.h5ad", "no such file");
  }

  @ParameterizedTest
  @CsvSource({"0.1", "0.5", "0.9"})
  void refusesATruncatedFile(double share) throws IOException {
    var bytes = Files.readAllBytes(good);
    var file = folder.resolve("short-%s.h5ad".formatted(share));
    Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
    refused(train(file, output()), file.getFileName().toString());
  }

  @Test
  void refusesFractions() {
    var values = counts();
    values[5] = 1.5f;
    refused(train(write("fractions.h5ad", "gene", values), output()), "1.5");
  }

  @Test
  void refusesNegativeCounts() {
    var values = counts();
    values[5] = -3;
    refused(train(write("negative.h5ad", "gene", values), output()), "-3");
  }

  @Test
  void refusesCellsWithoutAnyCount() {
    refused(train(write("zero.h5ad", "gene", new float[CELLS * GENES]), output()), "zero");
  }

  @Test
  void refusesFilesWithoutCommonGenes() {
    var other = write("other.h5ad", "marker", counts());
    var run =
        Command.syncyte(
            "train", good.toString(), other.toString(), "-o", output().toString(), "--quiet");
    refused(run, "gene");
  }

  @Test
  void refusesColumnsThatAreNotThere() {
    refused(train(good, output(), "--batch-key", "hospital"), "hospital", "batch");
    refused(train(good, output(), "--labels-key", "kind"), "kind", "cell_type");
  }

  @Test
  void refusesToOverwriteAModel() throws IOException {
    var before = Files.getLastModifiedTime(model.resolve("model.pt"));
    var run = train(good, model);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).contains("exists");
    assertThat(Files.getLastModifiedTime(model.resolve("model.pt"))).isEqualTo(before);
  }

  @Test
  void refusesAnUnknownModelClass() {
    refused(train(good, output(), "--model", "SCVIX"), "SCVIX", "SCVI");
  }

  @Test
  void refusesAnUnknownHyperParameter() {
    refused(train(good, output(), "--set", "n_layer=2"), "n_layer");
  }

  @Test
  void refusesAFolderWithoutAModel() throws IOException {
    var empty = Files.createDirectory(folder.resolve("empty"));
    var target = output();
    refused(
        Command.syncyte(
            "latent", empty.toString(), good.toString(), "-o", target.toString(), "--quiet"),
        "model.pt");
    refused(
        Command.syncyte(
            "map", empty.toString(), good.toString(), "-o", target.toString(), "--quiet"),
        "model.onnx");
    refused(
        Command.syncyte("export", empty.toString(), "-o", target.toString(), "--quiet"),
        "model.pt");
  }

  @Test
  void neverRunsWhatAPickleAsksFor() throws IOException {
    var trace = folder.resolve("trace");
    var hostile = Files.createDirectory(folder.resolve("hostile"));
    var pickle = "\u0080\u0002cposix\nsystem\n(Vtouch " + trace + "\ntR.";
    archive(hostile.resolve("model.pt"), pickle.getBytes(StandardCharsets.ISO_8859_1));
    refused(
        Command.syncyte(
            "latent", hostile.toString(), good.toString(), "-o", output().toString(), "--quiet"),
        "posix");
    assertThat(trace).doesNotExist();
  }

  @Test
  void refusesAQueryThatLacksTheGenes() {
    var values = Arrays.copyOf(counts(), CELLS * 10);
    var few = write("few.h5ad", "gene", values, 10);
    refused(
        Command.syncyte(
            "map", model.toString(), few.toString(), "-o", output().toString(), "--quiet"),
        "10 of the model's 60 genes");
  }

  @Test
  void refusesToPushWhatIsNotThere() {
    refused(
        Command.syncyte("push", folder.resolve("gone").toString(), "lab/gone", "--quiet"),
        "gone",
        "not a folder");
  }

  @Test
  void saysThatAHubDoesNotAnswer() throws IOException {
    int nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    refused(
        Command.syncyte(
            "pull", "lab/model", "--hub", "http://localhost:" + nobody, "-o", output().toString()),
        Integer.toString(nobody));
  }

  @Test
  void saysWhichPortIsTaken() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var data = folder.resolve("demo");
      var run =
          Command.syncyte(
              "demo",
              "--exit",
              "--quiet",
              "--data",
              data.toString(),
              "--port",
              Integer.toString(socket.getLocalPort()));
      refused(run, Integer.toString(socket.getLocalPort()), "in use", "--port");
      assertThat(data).doesNotExist();
    }
  }

  @Test
  void refusesAPolicyItDoesNotUnderstand() throws IOException {
    var sample = Repository.root().resolve("deploy/samples");
    var site = Files.createDirectory(folder.resolve("site"));
    Files.writeString(
        site.resolve("policy.yaml"),
        Files.readString(sample.resolve("policy.yaml")) + "\nlatent: ALLOW\n");
    Files.writeString(
        site.resolve("site.yaml"),
        Files.readString(sample.resolve("site.yaml")).replace("cells.h5ad", good.toString()));
    for (var command : List.of("check", "run")) {
      refused(
          Command.syncyte("agent", command, site.resolve("site.yaml").toString()),
          "policy.yaml",
          "unknown key 'latent'");
    }
    assertThat(site.resolve("state")).doesNotExist();
  }

  @Test
  void saysThatNoJdkIsThere() throws IOException {
    var tools = Files.createDirectory(folder.resolve("tools"));
    for (var tool : List.of("bash", "dirname", "readlink", "grep", "cat")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool).toRealPath());
    }
    var builder = Command.builder("--help");
    builder.command().addFirst("/bin/bash");
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("SYNCYTE_JDK_SEARCH", folder.toString());
    var run = Command.run(builder);
    assertThat(run.code()).isNotZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no JDK 25 found", "apt-get install", "JAVA_HOME");
  }

  @Test
  void saysThatTheDatabaseIsNotThere() throws IOException {
    int nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    var run =
        Command.syncyte(
            "hub",
            "--data",
            folder.resolve("hub").toString(),
            "--port",
            "0",
            "-D",
            "quarkus.http.host=127.0.0.1",
            "-D",
            "syncyte.hub.database.url=jdbc:postgresql://localhost:%d/hub".formatted(nobody));
    refused(run, "localhost:" + nobody, "syncyte.hub.database.url");
    assertThat(folder.resolve("hub")).doesNotExist();
  }

  private Path output() {
    return folder.resolve("output");
  }

  /// One sentence, no stack trace, a code for scripts, and no output.
  private void refused(Command run, String... words) {
    assertThat(run.err()).contains(words).doesNotContain("\tat ", "Exception");
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err()).startsWith("syncyte: ");
    assertThat(run.code()).isIn(1, 2);
    assertThat(run.out()).isEmpty();
    assertThat(folder)
        .isDirectoryNotContaining(path -> path.getFileName().toString().matches("\\.?output.*"));
  }

  private static Command train(Path cells, Path target, String... more) {
    var arguments =
        new ArrayList<>(
            List.of(
                "train",
                cells.toString(),
                "-o",
                target.toString(),
                "--epochs",
                "1",
                "--genes",
                "0",
                "--quiet"));
    arguments.addAll(List.of(more));
    return Command.syncyte(arguments.toArray(String[]::new));
  }

  private static float[] counts() {
    var random = new java.util.Random(5);
    var values = new float[CELLS * GENES];
    for (int k = 0; k < values.length; k++) {
      values[k] = random.nextInt(4);
    }
    return values;
  }

  private static Path write(String name, String prefix, float[] values) {
    return write(name, prefix, values, GENES);
  }

  private static Path write(String name, String prefix, float[] values, int genes) {
    var cells = IntStream.range(0, CELLS).mapToObj(cell -> "cell" + cell).toList();
    var types =
        IntStream.range(0, CELLS).mapToObj(cell -> cell % 2 == 0 ? "T cell" : "B cell").toList();
    var batches = IntStream.range(0, CELLS).mapToObj(cell -> "batch" + cell % 3).toList();
    var obs =
        new DataFrame(
            cells,
            Map.of(
                "cell_type",
                new Column.Strings(types.toArray(String[]::new)),
                "batch",
                new Column.Strings(batches.toArray(String[]::new))));
    var var = DataFrame.of(IntStream.range(0, genes).mapToObj(gene -> prefix + gene).toList());
    var file = folder.resolve(name);
    H5ad.write(AnnData.of(new Dense(CELLS, genes, values).toCsr(), obs, var), file);
    return file;
  }

  private static void archive(Path file, byte[] pickle) throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setMethod(ZipOutputStream.STORED);
      for (var part :
          Map.of(
                  "model/data.pkl",
                  pickle,
                  "model/version",
                  "3\n".getBytes(StandardCharsets.US_ASCII))
              .entrySet()) {
        var entry = new ZipEntry(part.getKey());
        var crc = new CRC32();
        crc.update(part.getValue());
        entry.setCrc(crc.getValue());
        entry.setSize(part.getValue().length);
        zip.putNextEntry(entry);
        zip.write(part.getValue());
      }
    }
  }
}
