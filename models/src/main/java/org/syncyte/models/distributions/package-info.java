/// Probability distributions over arrays, with stable log-probabilities, and their divergences.
@org.jspecify.annotations.NullMarked
package org.syncyte.models.distributions;
