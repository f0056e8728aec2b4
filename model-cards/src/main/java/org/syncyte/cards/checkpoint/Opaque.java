package org.syncyte.cards.checkpoint;

import org.jspecify.annotations.Nullable;

/// A Python object of which only the class is known. It is never built.
///
/// @param global class or function by its full name, such as
///   `torch.distributions.constraints._Real`
/// @param state what the object would have been filled with, if that is plain
public record Opaque(String global, @Nullable Object state) {}
