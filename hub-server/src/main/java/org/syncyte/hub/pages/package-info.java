/// The hub in a browser: queries of the repositories, turned into the page records of `web`.
///
/// Routes only translate. What a model says about itself is read from its files, within bounds, and
/// kept by the hash of their content.
@NullMarked
package org.syncyte.hub.pages;

import org.jspecify.annotations.NullMarked;
