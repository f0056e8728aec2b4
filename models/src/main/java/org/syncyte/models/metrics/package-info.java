/// Measures of integration quality, exact.
@org.jspecify.annotations.NullMarked
package org.syncyte.models.metrics;
