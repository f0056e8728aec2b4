/// Pictures of results as SVG files: for people who look before they read.
@org.jspecify.annotations.NullMarked
package org.syncyte.worker.picture;
