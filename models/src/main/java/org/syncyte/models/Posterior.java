package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.syncyte.models.distributions.Normal;

/// What a model believes of each cell.
///
/// @param latent distribution in latent space, before any transformation
/// @param z a sample, transformed if the model transforms it (cells, latent)
/// @param library distribution of the log library size, null when the size is observed
/// @param logLibrary log library size (cells, 1)
public record Posterior(Normal latent, NDArray z, @Nullable Normal library, NDArray logLibrary) {}
