/// Programs that measure speed and quality.
@org.jspecify.annotations.NullMarked
package org.syncyte.models.bench;
