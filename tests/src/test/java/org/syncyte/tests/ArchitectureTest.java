package org.syncyte.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The architecture in sentences that a build can refuse.
final class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.syncyte");

  private static final String[] LIBRARIES = {
    "org.syncyte.anndata..",
    "org.syncyte.cards..",
    "org.syncyte.minify..",
    "org.syncyte.models..",
    "org.syncyte.onnx..",
    "org.syncyte.federation.."
  };

  @Test
  void scienceIsPlainJava() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARIES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta..", "io.quarkus..", "org.apache.kafka..", "io.vertx..")
        .check(OURS);
  }

  @Test
  void pagesKnowTemplatesOnly() {
    noClasses()
        .that()
        .resideInAPackage("org.syncyte.web..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.persistence..", "org.hibernate..", "org.apache.kafka..")
        .check(OURS);
  }

  @Test
  void theHubNeverLoadsTheEngine() {
    noClasses()
        .that()
        .resideInAnyPackage("org.syncyte.hub..", "org.syncyte.web..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.syncyte.models..", "ai.djl..")
        .check(OURS);
  }

  @Test
  void theProtocolIsPure() {
    noClasses()
        .that()
        .resideInAPackage("org.syncyte.federation..")
        .and()
        .resideOutsideOfPackage("org.syncyte.federation.message..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.file..", "java.time..")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
        .check(OURS);
  }

  @Test
  void modelFilesHoldMathematicsOnly() {
    noClasses()
        .that()
        .resideInAnyPackage("org.syncyte.models.nn..", "org.syncyte.models.distributions..")
        .or()
        .haveFullyQualifiedName("org.syncyte.models.Scvi")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "java.util.concurrent..")
        .check(OURS);
  }

  @Test
  void entitiesStayInTheirPackage() {
    classes()
        .that()
        .areAnnotatedWith("jakarta.persistence.Entity")
        .should()
        .bePackagePrivate()
        .check(OURS);
  }

  @Test
  void onlyTheExporterKnowsOnnxMessages() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.syncyte.onnx..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnx.proto..")
        .check(OURS);
  }

  @Test
  void packagesFormNoCycles() {
    slices().matching("org.syncyte.(**)").should().beFreeOfCycles().check(OURS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.syncyte.hub", "org.syncyte.coordinator", "org.syncyte.worker"})
  void deployablesHideMostOfThemselves(String deployable) {
    var types =
        OURS.stream()
            .filter(type -> type.getPackageName().startsWith(deployable))
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .toList();
    long hidden =
        types.stream().filter(type -> !type.getModifiers().contains(JavaModifier.PUBLIC)).count();
    assertThat(types).isNotEmpty();
    assertThat((double) hidden / types.size()).as("share of hidden types").isGreaterThan(0.4);
  }
}
