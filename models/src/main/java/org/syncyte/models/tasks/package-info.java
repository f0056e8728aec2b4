/// What a trained model answers: latent space, evidence, expression.
@org.jspecify.annotations.NullMarked
package org.syncyte.models.tasks;
