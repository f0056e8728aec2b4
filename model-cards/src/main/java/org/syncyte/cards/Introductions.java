package org.syncyte.cards;

import java.util.Map;

/// One sentence on what each model class is for.
final class Introductions {
  private static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry(
              "SCVI",
              "a variational autoencoder for single-cell RNA counts: it places cells in a low-dimensional space that is corrected for batch, and predicts normalised expression"),
          Map.entry(
              "SCANVI",
              "scVI with cell-type labels: trained on partly labelled cells, it integrates data sets and assigns labels to the rest"),
          Map.entry(
              "TOTALVI",
              "a joint model of RNA and surface proteins (CITE-seq): one latent space, and protein levels freed from background"),
          Map.entry(
              "TOTALANVI",
              "totalVI with cell-type labels: RNA and proteins in one latent space, with label transfer"),
          Map.entry(
              "RESOLVI",
              "a model of imaging-based spatial transcriptomics that separates a cell's own counts from those of neighbours and background"),
          Map.entry(
              "SCVIVA",
              "a model of cells and their tissue surroundings: the latent space reflects both a cell's state and its niche"),
          Map.entry(
              "CYTOVI",
              "a model of protein intensities from cytometry that integrates panels and batches and imputes missing markers"),
          Map.entry(
              "VIVS",
              "a test of which genes carry information about a feature of the cell, given all other genes"),
          Map.entry(
              "SysVI",
              "an integration model for data with strong differences, such as other species, organoids or other protocols"),
          Map.entry(
              "Decipher",
              "a model with two levels of latent variables, the upper one two-dimensional, for the comparison of trajectories"),
          Map.entry(
              "METHYLVI", "a model of single-cell DNA methylation counts over genomic regions"),
          Map.entry(
              "METHYLANVI",
              "methylVI with cell-type labels: methylation counts integrated, with label transfer"),
          Map.entry(
              "MRVI",
              "a model of many samples: it tells how each cell state differs between samples, without groups set in advance"),
          Map.entry("MULTIVI", "a joint model of RNA and chromatin accessibility"),
          Map.entry(
              "LinearSCVI",
              "scVI with a linear decoder, so that latent dimensions have gene loadings"));

  private Introductions() {}

  static String of(String modelClass) {
    return TEXTS.getOrDefault(modelClass, "a probabilistic model of single-cell data");
  }
}
