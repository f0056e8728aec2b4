/// The catalogue: generative models of single-cell data, one file each, and the trained `Fit`.
@org.jspecify.annotations.NullMarked
package org.syncyte.models;
