/// Minified data: counts replaced by the posterior parameters of a model.
@org.jspecify.annotations.NullMarked
package org.syncyte.minify;
