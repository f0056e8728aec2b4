/// What a trained model answers: latent space, evidence, expression, differences between groups,
/// labels and how sure they are, and which genes made it say so.
@org.jspecify.annotations.NullMarked
package org.syncyte.models.tasks;
