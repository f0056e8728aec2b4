package org.syncyte.models;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/// A loss and its parts.
///
/// @param total what training minimises, a scalar
/// @param reconstruction minus the log-likelihood of each cell (cells)
/// @param kl divergences of each cell (cells), by name, without the KL weight
public record Loss(NDArray total, NDArray reconstruction, Map<String, NDArray> kl) {}
