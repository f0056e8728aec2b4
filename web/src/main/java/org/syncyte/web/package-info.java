/// The hub's pages as typed templates, one record per page, with their styles and small scripts.
///
/// A page record holds everything its template shows; nothing here knows a database or a request.
@NullMarked
package org.syncyte.web;

import org.jspecify.annotations.NullMarked;
