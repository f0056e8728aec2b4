package org.syncyte.models.tasks;

import org.syncyte.anndata.Dense;

/// Where cells lie in latent space: mean and variance of each cell's posterior, (cells, latent).
public record Latent(Dense mean, Dense variance) {}
